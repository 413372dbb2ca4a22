/// All that one credential hangs on. Every stored credential has each of them; only a token has no subject key.
package struct Lineage: Hashable, Sendable {
    /// The longest chain of entitlements: the one that justified the credential and its parents.
    package static let entitlementsMax = 4

    package var identity: Int64
    package var owner: Int64
    /// From the entitlement that justified the credential up to its root; one to `entitlementsMax`.
    package var entitlements: [Int64]
    package var profile: Int64
    package var trust: Int64
    package var environment: Int64
    package var instance: Int64
    package var credential: Int64
    package var family: Int64
    package var authentication: Int64
    package var subjectKey: Int64?
    package var signingKey: Int64

    /// Takes all of it; one to four entitlements.
    package init(
        identity: Int64, owner: Int64, entitlements: [Int64], profile: Int64, trust: Int64, environment: Int64,
        instance: Int64, credential: Int64, family: Int64, authentication: Int64, subjectKey: Int64?, signingKey: Int64
    ) {
        precondition((1...Self.entitlementsMax).contains(entitlements.count), "one to four entitlements")
        self.identity = identity
        self.owner = owner
        self.entitlements = entitlements
        self.profile = profile
        self.trust = trust
        self.environment = environment
        self.instance = instance
        self.credential = credential
        self.family = family
        self.authentication = authentication
        self.subjectKey = subjectKey
        self.signingKey = signingKey
    }

    /// In the order of FORMATS, section 3: `i o e p t v n c f a s k`.
    package var references: [LineageReference] {
        var all = [LineageReference(.identity, identity), LineageReference(.owner, owner)]
        all.reserveCapacity(15)
        for number in entitlements { all.append(LineageReference(.entitlement, number)) }
        all.append(LineageReference(.profile, profile))
        all.append(LineageReference(.trust, trust))
        all.append(LineageReference(.environment, environment))
        all.append(LineageReference(.instance, instance))
        all.append(LineageReference(.credential, credential))
        all.append(LineageReference(.family, family))
        all.append(LineageReference(.authentication, authentication))
        if let subjectKey { all.append(LineageReference(.subjectKey, subjectKey)) }
        all.append(LineageReference(.signingKey, signingKey))
        return all
    }
}
