/// One credential without any secret, as `GET /credentials` and `GET /credentials/{id}` show it.
package struct CredentialAnswer: Codable, Hashable, Sendable {
    package var id: String
    /// `token` or `certificate`.
    package var kind: String
    /// `active`, `revoked` or `expired`, computed when asked.
    package var state: String
    package var identity: String
    package var owner: String
    package var environment: String
    package var purpose: String
    /// The version that justified it, as `ent_…@3`.
    package var entitlement: String
    /// As `profile/ci-token`.
    package var profile: String
    /// How its holder had proved itself, as `trust/deploy-dev`.
    package var trust: String?
    package var notBefore: String
    package var notAfter: String
    package var audience: String?
    package var scope: [String]?
    /// Lower-case hexadecimal digits.
    package var serial: String?
    /// Of a certificate: the DNS names and URIs that it bears.
    package var names: [String]?
    /// The id of the certificate that it renewed.
    package var replaces: String?
    package var auditIndex: Int64

    package init(
        id: String, kind: String, state: String, identity: String, owner: String, environment: String, purpose: String,
        entitlement: String, profile: String, trust: String? = nil, notBefore: String, notAfter: String,
        audience: String? = nil, scope: [String]? = nil, serial: String? = nil, names: [String]? = nil,
        replaces: String? = nil, auditIndex: Int64
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.identity = identity
        self.owner = owner
        self.environment = environment
        self.purpose = purpose
        self.entitlement = entitlement
        self.profile = profile
        self.trust = trust
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.audience = audience
        self.scope = scope
        self.serial = serial
        self.names = names
        self.replaces = replaces
        self.auditIndex = auditIndex
    }

    enum CodingKeys: String, CodingKey {
        case id
        case kind
        case state
        case identity
        case owner
        case environment
        case purpose
        case entitlement
        case profile
        case trust
        case notBefore = "not_before"
        case notAfter = "not_after"
        case audience
        case scope
        case serial
        case names
        case replaces
        case auditIndex = "audit_index"
    }
}
