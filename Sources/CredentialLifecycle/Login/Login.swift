internal import APITokens
internal import AuditLog
package import Authorization
internal import OpenSSLCrypto
package import Storage
package import TenureModel

/// A session that was recorded. It cannot be copied, as the token in it.
package struct SessionIssuance: ~Copyable, Sendable {
    package let id: SessionID
    package let identity: Identity
    package let expires: Timestamp
    package let recorded: Recorded
    private let token: RevealedToken

    init(id: SessionID, identity: Identity, expires: Timestamp, recorded: Recorded, token: consuming RevealedToken) {
        self.id = id
        self.identity = identity
        self.expires = expires
        self.recorded = recorded
        self.token = token
    }

    /// Under which the operator explains how it was opened: the login has the session's id under its own prefix.
    package var login: LoginID { LoginID(high: id.high, low: id.low) }

    /// The session token, for the answer and for nothing else.
    package consuming func text() -> String { token.text() }
}

extension Broker {
    /// Opens a session for an authenticated caller: one hour, and never past twelve by renewal (FORMATS, section 4).
    package func login(
        _ caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> SessionIssuance {
        let proof = caller.proof
        let snapshot = self.snapshot
        let time = now()
        guard let identity = snapshot.identity(proof.identity) else { throw .unauthenticated(nil) }
        let key = try sessionKey(at: time, snapshot)
        // What a certificate opened is renewed up to the certificate's end.
        let longest = min(time.wholeSecond.adding(seconds: settings.sessionMaximumSeconds), end(of: proof))
        let absoluteEnd = proof.renewalEnds ?? longest
        let expires = min(time.wholeSecond.adding(seconds: settings.sessionSeconds), absoluteEnd)
        let id: SessionID = try makeID()
        let lineage = SessionLineage(
            identity: identity.number, trust: proof.trustNumber, authentication: proof.authentication,
            instance: proof.instance, family: proof.family, signingKey: key.reference.number)
        let recorded = try await recordLogin(caller, id, expires, lineage, key, in: call)
        let claims = SessionClaims(
            issuer: keys.issuer, subject: identity.id, expires: expires, issued: time.wholeSecond,
            notBefore: time.wholeSecond.adding(seconds: -60), id: id, how: caller.actor.how, absoluteEnd: absoluteEnd,
            index: recorded.firstIndex, log: keys.log, lineage: lineage)
        let newest = self.snapshot
        guard newest.firstKill(of: lineage.references, at: recorded.firstIndex) == nil else {
            throw .unauthenticated(nil)
        }
        do throws(MintingError) {
            return SessionIssuance(
                id: id, identity: identity, expires: expires, recorded: recorded,
                token: try TokenMinter.session(claims, key: key))
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func sessionKey(at time: Timestamp, _ snapshot: Snapshot) throws(LifecycleError) -> AudienceKey {
        let found: AudienceKey?
        do throws(CryptoError) {
            found = try keys.sessionRing.signingKey(for: SessionClaims.audience, at: time) { snapshot.mark($0) }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        guard let found else { throw .unavailable(.init("no session key signs")) }
        return found
    }

    /// A session opened by a certificate ends with it; one from a foreign token has a life of its own.
    private func end(of proof: CallerProof) -> Timestamp {
        proof.method == .certificate ? proof.expires : .distantFuture
    }

    private func recordLogin(
        _ caller: AuthenticatedCaller, _ id: SessionID, _ expires: Timestamp, _ lineage: SessionLineage,
        _ key: AudienceKey, in call: Call
    ) async throws(LifecycleError) -> Recorded {
        let proof = caller.proof
        let entry = AuditEntry(
            at: now(), act: .loginCreate, actor: caller.actor, object: id.text, source: call.source,
            details: [
                .init("trust", .text("\(proof.trust)@\(proof.trustVersion)")),
                .init("expires", .text(expires.secondsText)),
                .init("a", .text(LineageReference(.authentication, proof.authentication).hexText)),
                .init("n", .text(LineageReference(.instance, proof.instance).hexText)),
            ])
        let member = RecordingMember(
            operation: operation(.loginCreate, call, by: proof.identity, object: id.text), floor: proof.floor,
            references: lineage.references + proof.references, entries: [PendingEntry(entry: entry)],
            presentation: presentation(of: caller, in: now()))
        switch await recorder.record(member) {
        case .success(let recorded): return recorded
        // One answer to the caller; the entry tells the operator.
        case .failure(.refused(.presentedTooOften)):
            let login: LoginID = try makeID()
            await recordOveruse(of: .loginCreate, by: caller, object: login.text, source: call.source)
            throw .unauthenticated(login)
        case .failure(.refused(.changed)), .failure(.refused(.cut)):
            let login: LoginID = try makeID()
            await recordRefusal(
                of: .loginCreate, code: "unauthenticated", by: caller, object: login.text, source: call.source,
                details: [("reason", "revoked meanwhile")])
            throw .unauthenticated(login)
        case .failure(let error): throw LifecycleError(error, operation: call.operation)
        }
    }
}
