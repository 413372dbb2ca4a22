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

    /// What the identity's next credential is recorded against; refuses who holds as many live ones as it may.
    ///
    /// - Parameter isReached: whether recording just refused it by the bound that was known.
    func liveBound(_ caller: AuthenticatedCaller, isReached: Bool) async throws(LifecycleError) -> LiveBound? {
        guard let identity = snapshot.identity(caller.identity) else { return nil }
        let bound = try await liveCounts.bound(
            of: identity, max: settings.liveCredentialsMax, size: isReached ? nil : recorder.head.size, at: now(),
            ledger: ledger)
        guard let bound else { throw .tooManyLive }
        return bound
    }
}
