/// Body of `POST /identities`.
package struct CreateIdentityBody: Codable, Hashable, Sendable {
    /// `person`, `team` or `workload`.
    package var kind: String
    package var name: String
    /// Of a team: names of people.
    package var members: [String]?
    /// Of a workload: `service`, `ci_job`, `ai_agent` or `third_party`.
    package var workloadClass: String?
    /// Of a workload, as `person/ada` or `team/platform`.
    package var owner: String?
    package var backupOwner: String?
    package var purpose: String?
    package var environment: String?
    /// Take a name whose bearer has ended; needs an administrator.
    package var reuseName: Bool?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        kind: String, name: String, members: [String]? = nil, workloadClass: String? = nil, owner: String? = nil,
        backupOwner: String? = nil, purpose: String? = nil, environment: String? = nil, reuseName: Bool? = nil,
        dryRun: Bool? = nil
    ) {
        self.kind = kind
        self.name = name
        self.members = members
        self.workloadClass = workloadClass
        self.owner = owner
        self.backupOwner = backupOwner
        self.purpose = purpose
        self.environment = environment
        self.reuseName = reuseName
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case kind
        case name
        case members
        case workloadClass = "class"
        case owner
        case backupOwner = "backup_owner"
        case purpose
        case environment
        case reuseName = "reuse_name"
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        kind = try fields.required(.kind)
        name = try fields.required(.name)
        members = try fields.optional(.members)
        workloadClass = try fields.optional(.workloadClass)
        owner = try fields.optional(.owner)
        backupOwner = try fields.optional(.backupOwner)
        purpose = try fields.optional(.purpose)
        environment = try fields.optional(.environment)
        reuseName = try fields.optional(.reuseName)
        dryRun = try fields.optional(.dryRun)
    }
}

/// Body of `PATCH /identities/{kind}/{name}`; what is nil stays. `If-Match` has the version.
package struct UpdateIdentityBody: Codable, Hashable, Sendable {
    /// `active`, `suspended` or `ended`. Suspending cuts; resuming revives nothing.
    package var state: String?
    package var members: [String]?
    package var owner: String?
    package var backupOwner: String?
    package var purpose: String?
    package var reason: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        state: String? = nil, members: [String]? = nil, owner: String? = nil, backupOwner: String? = nil,
        purpose: String? = nil, reason: String? = nil, dryRun: Bool? = nil
    ) {
        self.state = state
        self.members = members
        self.owner = owner
        self.backupOwner = backupOwner
        self.purpose = purpose
        self.reason = reason
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case state
        case members
        case owner
        case backupOwner = "backup_owner"
        case purpose
        case reason
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        state = try fields.optional(.state)
        members = try fields.optional(.members)
        owner = try fields.optional(.owner)
        backupOwner = try fields.optional(.backupOwner)
        purpose = try fields.optional(.purpose)
        reason = try fields.optional(.reason)
        dryRun = try fields.optional(.dryRun)
    }
}

/// One identity. Its version is the `ETag`.
package struct IdentityAnswer: Codable, Hashable, Sendable {
    package var id: String?
    /// As `workload/deploy`.
    package var reference: String
    package var kind: String
    package var name: String
    /// `active`, `suspended` or `ended`.
    package var state: String
    package var version: Int64
    package var members: [String]?
    package var workloadClass: String?
    package var owner: String?
    package var backupOwner: String?
    package var purpose: String?
    package var environment: String?
    /// What is allowed, and yet worth a thought.
    package var warnings: [WarningAnswer]?
    /// The live credentials that this change kills; nil where it can kill none.
    package var dies: DiesAnswer?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, reference: String, kind: String, name: String, state: String, version: Int64,
        members: [String]? = nil, workloadClass: String? = nil, owner: String? = nil, backupOwner: String? = nil,
        purpose: String? = nil, environment: String? = nil, warnings: [WarningAnswer]? = nil, dies: DiesAnswer? = nil,
        auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.reference = reference
        self.kind = kind
        self.name = name
        self.state = state
        self.version = version
        self.members = members
        self.workloadClass = workloadClass
        self.owner = owner
        self.backupOwner = backupOwner
        self.purpose = purpose
        self.environment = environment
        self.warnings = warnings
        self.dies = dies
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case reference
        case kind
        case name
        case state
        case version
        case members
        case workloadClass = "class"
        case owner
        case backupOwner = "backup_owner"
        case purpose
        case environment
        case warnings
        case dies
        case auditIndex = "audit_index"
        case checkpoint
    }
}

/// What one person or team owns. Answer of `GET /owners/{kind}/{name}` and of the list `GET /owners`.
package struct OwnerAnswer: Codable, Hashable, Sendable {
    package var owner: String
    package var state: String
    /// Workloads, as `workload/deploy`.
    package var owns: [String]
    /// Workloads of which it is the backup owner.
    package var backs: [String]

    package init(owner: String, state: String, owns: [String], backs: [String]) {
        self.owner = owner
        self.state = state
        self.owns = owns
        self.backs = backs
    }

    enum CodingKeys: String, CodingKey {
        case owner
        case state
        case owns
        case backs
    }
}
