/// Body of `POST /certificates`.
package struct IssueCertificateBody: Codable, Hashable, Sendable {
    package var profile: String
    /// A certificate signing request (RFC 2986) in PEM; only its public key is taken.
    package var csr: String
    package var ttlSeconds: Int64?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(profile: String, csr: String, ttlSeconds: Int64? = nil, dryRun: Bool? = nil) {
        self.profile = profile
        self.csr = csr
        self.ttlSeconds = ttlSeconds
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case profile
        case csr
        case ttlSeconds = "ttl_seconds"
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        profile = try fields.required(.profile)
        csr = try fields.required(.csr)
        ttlSeconds = try fields.optional(.ttlSeconds)
        dryRun = try fields.optional(.dryRun)
    }
}

/// Body of `POST /certificates/{id}/renewal`, sent over mutual TLS with that certificate.
package struct RenewCertificateBody: Codable, Hashable, Sendable {
    /// With a new key, in PEM.
    package var csr: String
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(csr: String, dryRun: Bool? = nil) {
        self.csr = csr
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case csr
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        csr = try fields.required(.csr)
        dryRun = try fields.optional(.dryRun)
    }
}

/// Answer of both calls: 201, or 200 of a dry run, which has neither `id` nor certificate.
package struct IssueCertificateAnswer: Codable, Hashable, Sendable {
    package var id: String?
    /// The leaf in PEM.
    package var certificate: String?
    /// PEM each, the issuing CA first, without the root.
    package var chain: [String]?
    /// Lower-case hexadecimal digits.
    package var serial: String?
    package var notBefore: String
    package var notAfter: String
    /// From when renewing is sensible.
    package var renewAfter: String?
    /// Past this no renewal reaches: the end of the entitlement, as of a token.
    package var renewUntil: String?
    package var identity: String
    package var owner: String
    /// The version that justified it, as `ent_…@3`.
    package var entitlement: String
    /// What it names: DNS names and URIs.
    package var names: [String]?
    /// What the request asked for beside its key; none of it is in the certificate.
    package var ignored: [String]?
    /// The id of the certificate that this one renews.
    package var replaces: String?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, certificate: String? = nil, chain: [String]? = nil, serial: String? = nil, notBefore: String,
        notAfter: String, renewAfter: String? = nil, renewUntil: String? = nil, identity: String, owner: String,
        entitlement: String, names: [String]? = nil, ignored: [String]? = nil, replaces: String? = nil,
        auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.certificate = certificate
        self.chain = chain
        self.serial = serial
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.renewAfter = renewAfter
        self.renewUntil = renewUntil
        self.identity = identity
        self.owner = owner
        self.entitlement = entitlement
        self.names = names
        self.ignored = ignored
        self.replaces = replaces
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case certificate
        case chain
        case serial
        case notBefore = "not_before"
        case notAfter = "not_after"
        case renewAfter = "renew_after"
        case renewUntil = "renew_until"
        case identity
        case owner
        case entitlement
        case names
        case ignored
        case replaces
        case auditIndex = "audit_index"
        case checkpoint
    }
}
