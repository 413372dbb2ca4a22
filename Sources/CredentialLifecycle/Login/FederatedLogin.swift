internal import AuditLog
internal import Authorization
internal import Federation
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

extension Broker {
    /// Verifies an OIDC token of a foreign issuer: its own strict form, its signature under a key of that issuer, and
    /// the conditions of one trust.
    ///
    /// - Parameter named: the trust that the caller chose, where a token fits several.
    func verifyFederated(
        _ text: String, trust named: String?, source: String
    ) async throws(LoginRefusal) -> CallerProof {
        let snapshot = self.snapshot
        let time = now()
        let body: FederatedTokenBody
        do throws(FederatedTokenError) {
            body = try FederatedTokenBody(Array(text.utf8))
        } catch {
            throw LoginRefusal("token", expected: "a well-formed OIDC token", actual: "\(error)")
        }
        let trusts = try candidates(issuer: body.claimedIssuer, named: named, in: snapshot)
        let verified = try await verify(body, by: trusts, at: time)
        switch TrustSelection.select(verified, among: trusts, now: time) {
        case .proven(let proof):
            return try callerProof(proof, source: source, in: snapshot)
        case .ambiguous:
            throw LoginRefusal(
                "ambiguous", expected: "a token of one identity", actual: "it fits several: name a trust")
        case .refused(let explanations):
            throw LoginRefusal(
                "conditions",
                explanations: explanations.map { explanation in
                    LoginRefusal.Explanation(
                        trust: explanation.trust,
                        bounds: explanation.bounds.map { ($0.name, $0.expected, $0.actual, $0.holds) })
                })
        }
    }

    private func candidates(
        issuer: String, named: String?, in snapshot: Snapshot
    ) throws(LoginRefusal) -> [Trust] {
        let trusts = snapshot.trusts(issuer: issuer).filter { trust in
            guard trust.state == .active else { return false }
            guard let named else { return true }
            return trust.name.text.utf8.elementsEqual(named.utf8) || trust.id.text.utf8.elementsEqual(named.utf8)
        }
        guard !trusts.isEmpty else {
            throw LoginRefusal(
                "issuer", expected: "an issuer that a trust names", actual: BoundedText.shown(issuer, bytesMax: 200))
        }
        return trusts
    }

    /// Verifies the token under the keys of each place from which a trust takes its issuer's keys: a key of one never
    /// speaks for another, and a copied key set stands in nobody's way.
    private func verify(
        _ body: FederatedTokenBody, by trusts: [Trust], at time: Timestamp
    ) async throws(LoginRefusal) -> [VerifiedFederatedToken] {
        var verified: [VerifiedFederatedToken] = []
        var last = LoginRefusal("key", expected: "a key of the issuer", actual: "none was found")
        var seen: Set<KeySourceIdentity> = []
        for trust in trusts {
            guard let oidc = trust.oidc, seen.insert(KeySourceIdentity(oidc)).inserted else { continue }
            do {
                verified.append(try await keySets.key(body.header.keyID, for: oidc, now: time).verify(body))
            } catch let error as KeyLookupError {
                last = LoginRefusal("key", expected: "a key of the issuer", actual: "\(error)")
                if case .unavailable = error { last.isTemporary = true }
            } catch {
                last = LoginRefusal("signature", expected: "a valid signature", actual: "\(error)")
            }
        }
        guard !verified.isEmpty else { throw last }
        return verified
    }

    private func callerProof(
        _ proof: FederatedIdentityProof, source: String, in snapshot: Snapshot
    ) throws(LoginRefusal) -> CallerProof {
        guard let identity = snapshot.identity(proof.identity), identity.state == .active else {
            throw LoginRefusal("identity", expected: "an active identity", actual: "ended or suspended")
        }
        let authentication: LineageReference
        switch proof.authentication {
        case .tokenID(let bytes): authentication = .authentication(tokenID: bytes)
        case .presentedToken(let bytes): authentication = .authentication(tokenHash: SHA256.hash(bytes))
        }
        // Without an instance of the issuer's telling, each login is one.
        let instanceText = proof.instance ?? authentication.hexText
        let instance = LineageReference.instance(identity: identity.id, text: instanceText)
        var limit: Int64?
        if case .count(let count) = proof.presentations { limit = count }
        let references = [
            LineageReference(.identity, identity.number), LineageReference(.trust, proof.trustNumber), authentication,
            instance,
        ]
        if let dead = snapshot.firstKill(of: references, at: .max) {
            throw LoginRefusal("revoked", expected: "an authentication that is not cut", actual: "\(dead.reference)")
        }
        return CallerProof(
            identity: identity.id, method: .oidc, session: nil, trust: proof.trust, trustVersion: proof.trustVersion,
            trustNumber: proof.trustNumber, authentication: authentication.number, instance: instance.number,
            family: nil, credential: nil, references: references, floor: snapshot.size, expires: proof.expires,
            renewalEnds: nil, presentations: limit, source: source)
    }
}
