internal import APITokens
internal import AuditLog
internal import Authorization
internal import Storage
internal import TenureModel

extension Broker {
    /// Verifies a session token by its signature, its end and the marks: nothing is read from the database.
    func verifySession(_ text: String, source: String) throws(LoginRefusal) -> CallerProof {
        let snapshot = self.snapshot
        let claims: SessionClaims
        do throws(TokenFailure) {
            claims = try keys.verifiedSession(text, at: now()) { snapshot.mark($0) }
        } catch {
            throw LoginRefusal("session", expected: "a session token of ours that lives", actual: "\(error)")
        }
        // defence: T28
        if claims.death(logs: keys.logs, marks: { snapshot.mark($0) }) != nil {
            throw LoginRefusal("revoked", expected: "a session that is not cut", actual: "a cut one")
        }
        guard let identity = snapshot.identity(claims.subject), identity.state == .active else {
            throw LoginRefusal("identity", expected: "an active identity", actual: "ended or suspended")
        }
        guard let trust = snapshot.trust(number: claims.lineage.trust) else {
            throw LoginRefusal("trust", expected: "a known trust", actual: "an unknown one")
        }
        return CallerProof(
            identity: identity.id, method: .session, session: claims.id, trust: trust.id,
            trustVersion: trust.version, trustNumber: trust.number, authentication: claims.lineage.authentication,
            instance: claims.lineage.instance, family: claims.lineage.family, credential: nil,
            references: claims.lineage.references, floor: snapshot.size, expires: claims.expires,
            renewalEnds: claims.absoluteEnd, presentations: nil, source: source)
    }
}
