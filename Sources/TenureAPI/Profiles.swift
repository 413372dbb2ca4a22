/// A profile as its file has it (FORMATS, section 5). Also the body of `POST /profiles`.
package struct ProfileDocument: Codable, Hashable, Sendable {
    package var name: String
    /// `token`, `certificate` or `administration`.
    package var kind: String
    /// The version that the file is written as; the broker counts on by itself.
    package var version: Int64?
    package var environment: String?
    /// `none`, `owner` or `other`.
    package var approval: String?
    /// What is given where nothing is asked for.
    package var lifetimeSeconds: Int64?
    package var maxLifetimeSeconds: Int64?
    /// Of a token.
    package var audiences: [String]?
    /// Of a token.
    package var scopes: [String]?
    /// Of a token: shown as the bare JWS.
    package var bare: Bool?
    /// Of a certificate: `p256`, `p384`, `ed25519`, `rsa2048` …
    package var keys: [String]?
    /// Of a certificate: DNS names in which `NAME` and `ENVIRONMENT` are replaced.
    package var names: [String]?
    /// Of a certificate: `server`, `client`.
    package var usages: [String]?
    /// Of a certificate: how long a revoked one may live on for those who read CRLs.
    package var revocationSeconds: Int64?
    /// Of a certificate: also a SPIFFE id.
    package var spiffe: Bool?
    /// Of a certificate: leave the lineage extension out.
    package var foreignConsumers: Bool?
    /// Of a role.
    package var acts: [String]?
    /// Of a role: `everything`, `team`, `environment` or `audience`.
    package var scope: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        name: String, kind: String, version: Int64? = nil, environment: String? = nil, approval: String? = nil,
        lifetimeSeconds: Int64? = nil, maxLifetimeSeconds: Int64? = nil, audiences: [String]? = nil,
        scopes: [String]? = nil, bare: Bool? = nil, keys: [String]? = nil, names: [String]? = nil,
        usages: [String]? = nil, revocationSeconds: Int64? = nil, spiffe: Bool? = nil, foreignConsumers: Bool? = nil,
        acts: [String]? = nil, scope: String? = nil, dryRun: Bool? = nil
    ) {
        self.name = name
        self.kind = kind
        self.version = version
        self.environment = environment
        self.approval = approval
        self.lifetimeSeconds = lifetimeSeconds
        self.maxLifetimeSeconds = maxLifetimeSeconds
        self.audiences = audiences
        self.scopes = scopes
        self.bare = bare
        self.keys = keys
        self.names = names
        self.usages = usages
        self.revocationSeconds = revocationSeconds
        self.spiffe = spiffe
        self.foreignConsumers = foreignConsumers
        self.acts = acts
        self.scope = scope
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case kind
        case version
        case environment
        case approval
        case lifetimeSeconds = "lifetime_seconds"
        case maxLifetimeSeconds = "max_lifetime_seconds"
        case audiences
        case scopes
        case bare
        case keys
        case names
        case usages
        case revocationSeconds = "revocation_seconds"
        case spiffe
        case foreignConsumers = "foreign_consumers"
        case acts
        case scope
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        name = try fields.required(.name)
        kind = try fields.required(.kind)
        version = try fields.optional(.version)
        environment = try fields.optional(.environment)
        approval = try fields.optional(.approval)
        lifetimeSeconds = try fields.optional(.lifetimeSeconds)
        maxLifetimeSeconds = try fields.optional(.maxLifetimeSeconds)
        audiences = try fields.optional(.audiences)
        scopes = try fields.optional(.scopes)
        bare = try fields.optional(.bare)
        keys = try fields.optional(.keys)
        names = try fields.optional(.names)
        usages = try fields.optional(.usages)
        revocationSeconds = try fields.optional(.revocationSeconds)
        spiffe = try fields.optional(.spiffe)
        foreignConsumers = try fields.optional(.foreignConsumers)
        acts = try fields.optional(.acts)
        scope = try fields.optional(.scope)
        dryRun = try fields.optional(.dryRun)
    }
}

/// Body of `PATCH /profiles/{name}`; what is nil stays. `If-Match` has the version.
package struct UpdateProfileBody: Codable, Hashable, Sendable {
    /// `ended`.
    package var state: String?
    package var approval: String?
    /// What is given where nothing is asked for.
    package var lifetimeSeconds: Int64?
    package var maxLifetimeSeconds: Int64?
    /// Of a token.
    package var audiences: [String]?
    /// Of a token.
    package var scopes: [String]?
    /// Of a token: shown as the bare JWS.
    package var bare: Bool?
    /// Of a certificate: `p256`, `p384`, `ed25519`, `rsa2048` …
    package var keys: [String]?
    /// Of a certificate: DNS names in which `NAME` and `ENVIRONMENT` are replaced.
    package var names: [String]?
    /// Of a certificate: `server`, `client`.
    package var usages: [String]?
    /// Of a certificate: how long a revoked one may live on for those who read CRLs.
    package var revocationSeconds: Int64?
    /// Of a certificate: also a SPIFFE id.
    package var spiffe: Bool?
    /// Of a certificate: leave the lineage extension out.
    package var foreignConsumers: Bool?
    /// Of a role.
    package var acts: [String]?
    /// Of a role: `everything`, `team`, `environment` or `audience`.
    package var scope: String?
    package var reason: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        state: String? = nil, approval: String? = nil, lifetimeSeconds: Int64? = nil, maxLifetimeSeconds: Int64? = nil,
        audiences: [String]? = nil, scopes: [String]? = nil, bare: Bool? = nil, keys: [String]? = nil,
        names: [String]? = nil, usages: [String]? = nil, revocationSeconds: Int64? = nil, spiffe: Bool? = nil,
        foreignConsumers: Bool? = nil, acts: [String]? = nil, scope: String? = nil, reason: String? = nil,
        dryRun: Bool? = nil
    ) {
        self.state = state
        self.approval = approval
        self.lifetimeSeconds = lifetimeSeconds
        self.maxLifetimeSeconds = maxLifetimeSeconds
        self.audiences = audiences
        self.scopes = scopes
        self.bare = bare
        self.keys = keys
        self.names = names
        self.usages = usages
        self.revocationSeconds = revocationSeconds
        self.spiffe = spiffe
        self.foreignConsumers = foreignConsumers
        self.acts = acts
        self.scope = scope
        self.reason = reason
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case state
        case approval
        case lifetimeSeconds = "lifetime_seconds"
        case maxLifetimeSeconds = "max_lifetime_seconds"
        case audiences
        case scopes
        case bare
        case keys
        case names
        case usages
        case revocationSeconds = "revocation_seconds"
        case spiffe
        case foreignConsumers = "foreign_consumers"
        case acts
        case scope
        case reason
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        state = try fields.optional(.state)
        approval = try fields.optional(.approval)
        lifetimeSeconds = try fields.optional(.lifetimeSeconds)
        maxLifetimeSeconds = try fields.optional(.maxLifetimeSeconds)
        audiences = try fields.optional(.audiences)
        scopes = try fields.optional(.scopes)
        bare = try fields.optional(.bare)
        keys = try fields.optional(.keys)
        names = try fields.optional(.names)
        usages = try fields.optional(.usages)
        revocationSeconds = try fields.optional(.revocationSeconds)
        spiffe = try fields.optional(.spiffe)
        foreignConsumers = try fields.optional(.foreignConsumers)
        acts = try fields.optional(.acts)
        scope = try fields.optional(.scope)
        reason = try fields.optional(.reason)
        dryRun = try fields.optional(.dryRun)
    }
}

/// One profile in its newest version, which is the `ETag`.
package struct ProfileAnswer: Codable, Hashable, Sendable {
    package var id: String?
    package var name: String
    package var kind: String
    /// `active` or `ended`.
    package var state: String
    package var version: Int64
    package var environment: String?
    package var approval: String
    /// What is given where nothing is asked for.
    package var lifetimeSeconds: Int64?
    package var maxLifetimeSeconds: Int64?
    /// Of a token.
    package var audiences: [String]?
    /// Of a token.
    package var scopes: [String]?
    /// Of a token: shown as the bare JWS.
    package var bare: Bool?
    /// Of a certificate: `p256`, `p384`, `ed25519`, `rsa2048` …
    package var keys: [String]?
    /// Of a certificate: DNS names in which `NAME` and `ENVIRONMENT` are replaced.
    package var names: [String]?
    /// Of a certificate: `server`, `client`.
    package var usages: [String]?
    /// Of a certificate: how long a revoked one may live on for those who read CRLs.
    package var revocationSeconds: Int64?
    /// Of a certificate: also a SPIFFE id.
    package var spiffe: Bool?
    /// Of a certificate: leave the lineage extension out.
    package var foreignConsumers: Bool?
    /// Of a role.
    package var acts: [String]?
    /// Of a role: `everything`, `team`, `environment` or `audience`.
    package var scope: String?
    /// What is allowed, and yet worth a thought.
    package var warnings: [WarningAnswer]?
    /// The live credentials that this change kills; nil where it can kill none.
    package var dies: DiesAnswer?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, name: String, kind: String, state: String, version: Int64, environment: String? = nil,
        approval: String, lifetimeSeconds: Int64? = nil, maxLifetimeSeconds: Int64? = nil, audiences: [String]? = nil,
        scopes: [String]? = nil, bare: Bool? = nil, keys: [String]? = nil, names: [String]? = nil,
        usages: [String]? = nil, revocationSeconds: Int64? = nil, spiffe: Bool? = nil, foreignConsumers: Bool? = nil,
        acts: [String]? = nil, scope: String? = nil, warnings: [WarningAnswer]? = nil, dies: DiesAnswer? = nil,
        auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.state = state
        self.version = version
        self.environment = environment
        self.approval = approval
        self.lifetimeSeconds = lifetimeSeconds
        self.maxLifetimeSeconds = maxLifetimeSeconds
        self.audiences = audiences
        self.scopes = scopes
        self.bare = bare
        self.keys = keys
        self.names = names
        self.usages = usages
        self.revocationSeconds = revocationSeconds
        self.spiffe = spiffe
        self.foreignConsumers = foreignConsumers
        self.acts = acts
        self.scope = scope
        self.warnings = warnings
        self.dies = dies
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case name
        case kind
        case state
        case version
        case environment
        case approval
        case lifetimeSeconds = "lifetime_seconds"
        case maxLifetimeSeconds = "max_lifetime_seconds"
        case audiences
        case scopes
        case bare
        case keys
        case names
        case usages
        case revocationSeconds = "revocation_seconds"
        case spiffe
        case foreignConsumers = "foreign_consumers"
        case acts
        case scope
        case warnings
        case dies
        case auditIndex = "audit_index"
        case checkpoint
    }
}
