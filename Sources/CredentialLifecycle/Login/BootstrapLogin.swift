internal import AuditLog
internal import Authorization
internal import SecretMemory
internal import Storage
internal import TenureModel

extension Broker {
    /// Verifies a bootstrap secret. That it is used once is judged where the login is recorded, so that of two at the
    /// same moment one wins (THREATS, T14).
    func verifyBootstrap(_ text: String, source: String) throws(LoginRefusal) -> CallerProof {
        let snapshot = self.snapshot
        guard let secret = BootstrapSecret(text) else {
            throw LoginRefusal("bootstrap", expected: "a bootstrap secret", actual: "another text")
        }
        let hash = secret.hash
        var found: (trust: Trust, bootstrap: BootstrapTrust)?
        // Every hash is compared, in constant time: how long it takes says nothing about any of them.
        for trust in snapshot.bootstrapTrusts {
            guard case .bootstrap(let bootstrap) = trust.method else { continue }
            if constantTimeEqual(bootstrap.secretHash, hash) { found = (trust, bootstrap) }
        }
        guard let (trust, bootstrap) = found else {
            throw LoginRefusal("bootstrap", expected: "a known bootstrap secret", actual: "an unknown one")
        }
        // defence: T14 becomes: guard trust.state == .active, true else {
        guard trust.state == .active, now() < bootstrap.ends else {
            throw LoginRefusal("bootstrap", expected: "a secret that has not ended", actual: "an ended one")
        }
        guard let identity = snapshot.identity(trust.identity), identity.state == .active else {
            throw LoginRefusal("identity", expected: "an active identity", actual: "ended or suspended")
        }
        let authentication = LineageReference.authentication(bootstrapSecret: secret.bytes)
        let instance = LineageReference.instance(identity: identity.id, text: authentication.hexText)
        let references = [
            LineageReference(.identity, identity.number), LineageReference(.trust, trust.number), authentication,
            instance,
        ]
        guard snapshot.firstKill(of: references, at: .max) == nil else {
            throw LoginRefusal("revoked", expected: "an authentication that is not cut", actual: "a cut one")
        }
        return CallerProof(
            identity: identity.id, method: .bootstrap, session: nil, trust: trust.id, trustVersion: trust.version,
            trustNumber: trust.number, authentication: authentication.number, instance: instance.number, family: nil,
            credential: nil, references: references, floor: snapshot.size, expires: bootstrap.ends, renewalEnds: nil,
            presentations: 1, source: source)
    }
}

extension Snapshot {
    var bootstrapTrusts: [Trust] {
        trusts.filter { trust in
            if case .bootstrap = trust.method { true } else { false }
        }
    }
}
