/// What narrows a profile for one identity; nil leaves the profile's own bound.
package struct ConstraintsBody: Codable, Hashable, Sendable {
    package var scopes: [String]?
    package var audiences: [String]?
    /// Of a role: the teams or environments that it reaches.
    package var names: [String]?
    package var lifetimeSeconds: Int64?
    /// CIDR blocks from which the holder may ask.
    package var networks: [String]?
    /// How many credentials it may justify.
    package var uses: Int64?

    package init(
        scopes: [String]? = nil, audiences: [String]? = nil, names: [String]? = nil, lifetimeSeconds: Int64? = nil,
        networks: [String]? = nil, uses: Int64? = nil
    ) {
        self.scopes = scopes
        self.audiences = audiences
        self.names = names
        self.lifetimeSeconds = lifetimeSeconds
        self.networks = networks
        self.uses = uses
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case scopes
        case audiences
        case names
        case lifetimeSeconds = "lifetime_seconds"
        case networks
        case uses
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        scopes = try fields.optional(.scopes)
        audiences = try fields.optional(.audiences)
        names = try fields.optional(.names)
        lifetimeSeconds = try fields.optional(.lifetimeSeconds)
        networks = try fields.optional(.networks)
        uses = try fields.optional(.uses)
    }
}

/// Body of `POST /entitlements`.
package struct CreateEntitlementBody: Codable, Hashable, Sendable {
    /// As `workload/deploy`.
    package var identity: String
    package var profile: String
    package var constraints: ConstraintsBody?
    package var justification: String
    package var starts: String?
    package var ends: String?
    package var review: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        identity: String, profile: String, constraints: ConstraintsBody? = nil, justification: String,
        starts: String? = nil, ends: String? = nil, review: String? = nil, dryRun: Bool? = nil
    ) {
        self.identity = identity
        self.profile = profile
        self.constraints = constraints
        self.justification = justification
        self.starts = starts
        self.ends = ends
        self.review = review
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case identity
        case profile
        case constraints
        case justification
        case starts
        case ends
        case review
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        identity = try fields.required(.identity)
        profile = try fields.required(.profile)
        constraints = try fields.optional(.constraints)
        justification = try fields.required(.justification)
        starts = try fields.optional(.starts)
        ends = try fields.optional(.ends)
        review = try fields.optional(.review)
        dryRun = try fields.optional(.dryRun)
    }
}

/// Body of `PATCH /entitlements/{id}`; what is nil stays. `If-Match` has the version: approving version 3 approves
/// version 3.
package struct UpdateEntitlementBody: Codable, Hashable, Sendable {
    /// `active` approves what is requested; `ended` ends.
    package var state: String?
    package var constraints: ConstraintsBody?
    package var justification: String?
    package var ends: String?
    package var review: String?
    package var reason: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        state: String? = nil, constraints: ConstraintsBody? = nil, justification: String? = nil, ends: String? = nil,
        review: String? = nil, reason: String? = nil, dryRun: Bool? = nil
    ) {
        self.state = state
        self.constraints = constraints
        self.justification = justification
        self.ends = ends
        self.review = review
        self.reason = reason
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case state
        case constraints
        case justification
        case ends
        case review
        case reason
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        state = try fields.optional(.state)
        constraints = try fields.optional(.constraints)
        justification = try fields.optional(.justification)
        ends = try fields.optional(.ends)
        review = try fields.optional(.review)
        reason = try fields.optional(.reason)
        dryRun = try fields.optional(.dryRun)
    }
}

/// One entitlement in its newest version, which is the `ETag`.
package struct EntitlementAnswer: Codable, Hashable, Sendable {
    package var id: String?
    package var version: Int64
    package var identity: String
    /// As `profile/ci-token`.
    package var profile: String
    /// `requested`, `active` or `ended`.
    package var state: String
    /// Who must approve: the profile's `none`, `owner` or `other`.
    package var approval: String?
    package var constraints: ConstraintsBody?
    package var justification: String
    package var starts: String?
    package var ends: String?
    package var review: String?
    /// An identity, or policy as `policy/ci-token@1`.
    package var grantedBy: String?
    package var approvedBy: String?
    /// What is allowed, and yet worth a thought.
    package var warnings: [WarningAnswer]?
    /// The live credentials that this change kills; nil where it can kill none.
    package var dies: DiesAnswer?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, version: Int64, identity: String, profile: String, state: String, approval: String? = nil,
        constraints: ConstraintsBody? = nil, justification: String, starts: String? = nil, ends: String? = nil,
        review: String? = nil, grantedBy: String? = nil, approvedBy: String? = nil, warnings: [WarningAnswer]? = nil,
        dies: DiesAnswer? = nil, auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.version = version
        self.identity = identity
        self.profile = profile
        self.state = state
        self.approval = approval
        self.constraints = constraints
        self.justification = justification
        self.starts = starts
        self.ends = ends
        self.review = review
        self.grantedBy = grantedBy
        self.approvedBy = approvedBy
        self.warnings = warnings
        self.dies = dies
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case version
        case identity
        case profile
        case state
        case approval
        case constraints
        case justification
        case starts
        case ends
        case review
        case grantedBy = "granted_by"
        case approvedBy = "approved_by"
        case warnings
        case dies
        case auditIndex = "audit_index"
        case checkpoint
    }
}
