internal import AuditLog
internal import Authorization
internal import Storage
internal import TenureModel

extension Broker {
    /// One use of the caller's proof, where its trust counts them (THREATS, T17).
    func presentation(of caller: AuthenticatedCaller, in time: Timestamp) -> Presentation? {
        guard let limit = caller.proof.presentations else { return nil }
        // A bootstrap secret works once, in development too.
        let factor = caller.proof.method == .bootstrap ? 1 : settings.presentationFactor
        let (raised, overflow) = limit.multipliedReportingOverflow(by: factor)
        return Presentation(
            authentication: caller.proof.authentication, limit: overflow ? .max : raised,
            // Foreign tokens are accepted with a minute of skew.
            expires: caller.proof.expires.adding(seconds: 120))
    }

    /// Refuses an identity that holds as many live credentials as it may.
    func refuseBeyondLimit(_ caller: AuthenticatedCaller) async throws(LifecycleError) {
        guard let identity = snapshot.identity(caller.identity) else { return }
        guard try await liveCounts.mayIssue(to: identity, max: settings.liveCredentialsMax, at: now(), ledger: ledger)
        else {
            throw .limit(
                detail: "\(identity.reference) holds as many live credentials as it may", retryAfterSeconds: 60)
        }
    }
}
