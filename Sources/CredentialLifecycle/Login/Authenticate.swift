@_spi(Authentication) package import Authorization
package import TenureModel

/// With what a caller proves who they are.
package enum Evidence: Sendable {
    /// A session token of ours, or an OIDC token directly.
    case bearer(String)
    /// The DER of the certificate that the TLS handshake verified.
    case certificate([UInt8])
    /// For a login alone.
    case bootstrap(String)
    /// For a login alone: the OIDC token, and the trust that the caller chose.
    case federated(String, trust: String?)

    /// Whether a stranger can have a signature verified with it: all but a session, whose MAC costs nothing.
    fileprivate var costsSignature: Bool {
        if case .bearer(let text) = self { return !text.utf8.starts(with: "tnr_".utf8) }
        return true
    }
}

extension Broker {
    /// Finds out who sends a request. Refusals have one answer; the reason is recorded for the operator.
    ///
    /// - Throws: `unauthenticated` with the id under which the operator finds why; `unavailable` where the issuer's
    ///   keys cannot be had now; `limit` where too many proofs from the same address failed just now.
    package func authenticate(
        _ evidence: Evidence, source: String, for act: Act = .loginCreate
    ) async throws(LifecycleError) -> AuthenticatedCaller {
        let network = evidence.costsSignature ? SourceNetwork(source) : nil
        if let network, !strangers.hasRoom(network, at: now()) {
            throw .limit(detail: "too many proofs of identity from this address failed", retryAfterSeconds: 1)
        }
        do throws(LoginRefusal) {
            return AuthenticatedCaller(asserting: try await verify(evidence, source: source))
        } catch {
            guard !error.isTemporary else { throw .unavailable(.init("keys of the issuer: \(error.reason)")) }
            if let network { _ = strangers.admit(network, at: now()) }
            let login: LoginID = try makeID()
            await recordRefusal(
                of: act, code: "unauthenticated", by: nil, object: login.text, source: source,
                details: error.details)
            throw .unauthenticated(login)
        }
    }

    private func verify(_ evidence: Evidence, source: String) async throws(LoginRefusal) -> CallerProof {
        switch evidence {
        case .bearer(let text):
            // The prefix only chooses the verifier; each judges the whole text.
            if text.utf8.starts(with: "tnr_".utf8) { return try verifySession(text, source: source) }
            return try await verifyFederated(text, trust: nil, source: source)
        case .certificate(let der):
            return try await verifyCertificate(der, source: source)
        case .bootstrap(let text):
            return try verifyBootstrap(text, source: source)
        case .federated(let text, let trust):
            return try await verifyFederated(text, trust: trust, source: source)
        }
    }
}

extension LoginRefusal {
    /// As it stands in the refusal's entry and in `tenure explain login/ID`.
    var details: [(String, String)] {
        var details = [("reason", reason)]
        for (place, explanation) in explanations.enumerated() {
            if let trust = explanation.trust { details.append(("trust.\(place)", trust.text)) }
            details += explanation.details(place, holding: false)
        }
        // What fails, of every trust, comes before what holds of any: an entry has not room for everything.
        for (place, explanation) in explanations.enumerated() { details += explanation.details(place, holding: true) }
        return details
    }
}

extension LoginRefusal.Explanation {
    fileprivate func details(_ place: Int, holding: Bool) -> [(String, String)] {
        bounds.filter { $0.holds == holding }.prefix(20).map { bound in
            let verdict = bound.holds ? "holds" : "fails"
            return ("bound.\(place).\(bound.name)", "\(verdict): expected \(bound.expected), actual \(bound.actual)")
        }
    }
}
