/// One token or certificate, as it is stored: whose, why, until when, and all that it hangs on. It holds no secret.
///
/// Its state is computed from marks and time, never stored.
package struct Credential: Hashable, Sendable {
    /// What sort of credential it is.
    package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        case token, certificate
    }

    package var id: CredentialID
    package var kind: Kind
    /// The audit index of the entry that recorded it; −1 until it is recorded.
    package var index: Int64
    /// The size of the snapshot on which it was decided.
    package var floor: Int64
    package var identity: IdentityID
    package var identityVersion: Int64
    package var owner: IdentityID
    package var ownerVersion: Int64
    package var environment: EnvironmentName
    package var purpose: Sentence
    package var entitlement: EntitlementID
    package var entitlementVersion: Int64
    package var profile: ProfileID
    package var profileVersion: Int64
    package var trust: TrustID
    package var trustVersion: Int64
    package var notBefore: Timestamp
    package var notAfter: Timestamp
    package var lineage: Lineage
    package var body: CredentialBody

    package init(
        id: CredentialID, kind: Kind, index: Int64, floor: Int64, identity: IdentityID, identityVersion: Int64,
        owner: IdentityID, ownerVersion: Int64, environment: EnvironmentName, purpose: Sentence,
        entitlement: EntitlementID, entitlementVersion: Int64, profile: ProfileID, profileVersion: Int64,
        trust: TrustID, trustVersion: Int64, notBefore: Timestamp, notAfter: Timestamp, lineage: Lineage,
        body: CredentialBody
    ) {
        self.id = id
        self.kind = kind
        self.index = index
        self.floor = floor
        self.identity = identity
        self.identityVersion = identityVersion
        self.owner = owner
        self.ownerVersion = ownerVersion
        self.environment = environment
        self.purpose = purpose
        self.entitlement = entitlement
        self.entitlementVersion = entitlementVersion
        self.profile = profile
        self.profileVersion = profileVersion
        self.trust = trust
        self.trustVersion = trustVersion
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.lineage = lineage
        self.body = body
    }

    /// The position that marks on open references are compared with: the index of a token, the floor of a certificate.
    package var position: Int64 { kind == .token ? index : floor }

    package var entitlementVersionText: String { entitlement.text + "@" + String(entitlementVersion) }
}

/// What only one kind of credential has.
package enum CredentialBody: Hashable, Sendable {
    /// `keyID` is the `kid` under which it was signed and under which alone it is ever made again.
    case token(audience: Audience, scopes: [Scope], keyID: String)
    /// Issuer, serial number (at most 20 octets, RFC 5280, section 4.1.2.2), CRL shard, and the certificate itself.
    case certificate(issuer: IssuerID, serial: [UInt8], shard: Int64, der: [UInt8], replaces: CredentialID?)
}

/// Computed: revoked if a mark covers it, else expired, else active.
package enum CredentialState: String, Hashable, Sendable, CaseIterable, Codable {
    case active, revoked, expired
}
