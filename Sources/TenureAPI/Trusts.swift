/// Where an issuer's keys come from; nil in all for its discovery document.
package struct KeySetBody: Codable, Hashable, Sendable {
    package var url: String?
    /// A JWK Set (RFC 7517) given with the trust; its text.
    package var set: String?

    package init(url: String? = nil, set: String? = nil) {
        self.url = url
        self.set = set
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case url
        case set
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        url = try fields.optional(.url)
        set = try fields.optional(.set)
    }
}

/// An OIDC issuer.
package struct IssuerBody: Codable, Hashable, Sendable {
    /// The `iss` claim, compared by bytes.
    package var url: String
    package var jwks: KeySetBody?
    /// A PEM bundle to which the issuer's TLS certificate must chain; nil for the system's.
    package var caPem: String?
    /// CIDR blocks outside the public ranges where the keys may be fetched from.
    package var networks: [String]?

    package init(url: String, jwks: KeySetBody? = nil, caPem: String? = nil, networks: [String]? = nil) {
        self.url = url
        self.jwks = jwks
        self.caPem = caPem
        self.networks = networks
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case url
        case jwks
        case caPem = "ca_pem"
        case networks
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        url = try fields.required(.url)
        jwks = try fields.optional(.jwks)
        caPem = try fields.optional(.caPem)
        networks = try fields.optional(.networks)
    }
}

/// Body of `POST /trusts`: OIDC by `preset` or `issuer`, or a bootstrap secret by `bootstrap_seconds`.
package struct CreateTrustBody: Codable, Hashable, Sendable {
    package var name: String
    /// Who proves itself so, as `workload/deploy`.
    package var identity: String
    /// `github`, `gitlab` or `kubernetes`.
    package var preset: String?
    package var issuer: IssuerBody?
    package var audience: String?
    /// All must hold, exactly.
    package var claims: [String: ClaimValue]?
    package var presentations: PresentationsValue?
    /// How long a new bootstrap secret works.
    package var bootstrapSeconds: Int64?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        name: String, identity: String, preset: String? = nil, issuer: IssuerBody? = nil, audience: String? = nil,
        claims: [String: ClaimValue]? = nil, presentations: PresentationsValue? = nil, bootstrapSeconds: Int64? = nil,
        dryRun: Bool? = nil
    ) {
        self.name = name
        self.identity = identity
        self.preset = preset
        self.issuer = issuer
        self.audience = audience
        self.claims = claims
        self.presentations = presentations
        self.bootstrapSeconds = bootstrapSeconds
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case identity
        case preset
        case issuer
        case audience
        case claims
        case presentations
        case bootstrapSeconds = "bootstrap_seconds"
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        name = try fields.required(.name)
        identity = try fields.required(.identity)
        preset = try fields.optional(.preset)
        issuer = try fields.optional(.issuer)
        audience = try fields.optional(.audience)
        claims = try fields.optional(.claims)
        presentations = try fields.optional(.presentations)
        bootstrapSeconds = try fields.optional(.bootstrapSeconds)
        dryRun = try fields.optional(.dryRun)
    }
}

/// Body of `PATCH /trusts/{name}`; what is nil stays. `If-Match` has the version.
package struct UpdateTrustBody: Codable, Hashable, Sendable {
    /// `ended`.
    package var state: String?
    package var issuer: IssuerBody?
    package var audience: String?
    package var claims: [String: ClaimValue]?
    package var presentations: PresentationsValue?
    package var reason: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        state: String? = nil, issuer: IssuerBody? = nil, audience: String? = nil, claims: [String: ClaimValue]? = nil,
        presentations: PresentationsValue? = nil, reason: String? = nil, dryRun: Bool? = nil
    ) {
        self.state = state
        self.issuer = issuer
        self.audience = audience
        self.claims = claims
        self.presentations = presentations
        self.reason = reason
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case state
        case issuer
        case audience
        case claims
        case presentations
        case reason
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        state = try fields.optional(.state)
        issuer = try fields.optional(.issuer)
        audience = try fields.optional(.audience)
        claims = try fields.optional(.claims)
        presentations = try fields.optional(.presentations)
        reason = try fields.optional(.reason)
        dryRun = try fields.optional(.dryRun)
    }
}

/// One trust. Its version is the `ETag`.
package struct TrustAnswer: Codable, Hashable, Sendable {
    package var id: String?
    package var name: String
    package var identity: String
    /// `active` or `ended`.
    package var state: String
    package var version: Int64
    /// `oidc` or `bootstrap`.
    package var method: String
    package var preset: String?
    package var issuer: IssuerBody?
    package var audience: String?
    package var claims: [String: ClaimValue]?
    package var presentations: PresentationsValue?
    /// Of a bootstrap secret.
    package var ends: String?
    /// Of a bootstrap secret, shown once, when it is made.
    package var secret: String?
    /// What is allowed, and yet worth a thought.
    package var warnings: [WarningAnswer]?
    /// The live credentials that this change kills; nil where it can kill none.
    package var dies: DiesAnswer?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, name: String, identity: String, state: String, version: Int64, method: String,
        preset: String? = nil, issuer: IssuerBody? = nil, audience: String? = nil, claims: [String: ClaimValue]? = nil,
        presentations: PresentationsValue? = nil, ends: String? = nil, secret: String? = nil,
        warnings: [WarningAnswer]? = nil, dies: DiesAnswer? = nil, auditIndex: Int64? = nil,
        checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.name = name
        self.identity = identity
        self.state = state
        self.version = version
        self.method = method
        self.preset = preset
        self.issuer = issuer
        self.audience = audience
        self.claims = claims
        self.presentations = presentations
        self.ends = ends
        self.secret = secret
        self.warnings = warnings
        self.dies = dies
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case name
        case identity
        case state
        case version
        case method
        case preset
        case issuer
        case audience
        case claims
        case presentations
        case ends
        case secret
        case warnings
        case dies
        case auditIndex = "audit_index"
        case checkpoint
    }
}

extension TrustAnswer: CustomStringConvertible, CustomReflectable {
    /// Names the type alone: one of its fields is a secret, and a description ends in logs (P6).
    package var description: String { "TrustAnswer(<secret>)" }
    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
