/// Body of `POST /plans`. A plan changes nothing: it is its own dry run.
package struct PlanBody: Codable, Hashable, Sendable {
    package var estate: EstateDocument
    /// Also end what this estate made and no longer names.
    package var prune: Bool?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(estate: EstateDocument, prune: Bool? = nil, dryRun: Bool? = nil) {
        self.estate = estate
        self.prune = prune
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case estate
        case prune
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        estate = try fields.required(.estate)
        prune = try fields.optional(.prune)
        dryRun = try fields.optional(.dryRun)
    }
}

/// One field that changes; nil for what is not there.
package struct FieldChangeAnswer: Codable, Hashable, Sendable {
    package var field: String
    package var from: String?
    package var to: String?

    package init(field: String, from: String? = nil, to: String? = nil) {
        self.field = field
        self.from = from
        self.to = to
    }

    enum CodingKeys: String, CodingKey {
        case field
        case from
        case to
    }
}

/// One object that a plan makes, changes or ends.
package struct ChangeAnswer: Codable, Hashable, Sendable {
    /// `create`, `change` or `end`.
    package var action: String
    /// As `workload/deploy`; of an entitlement `entitlement/ent_…` or, where it is new, what it joins.
    package var object: String
    package var fields: [FieldChangeAnswer]
    /// What is allowed, and yet worth a thought.
    package var warnings: [WarningAnswer]?

    package init(action: String, object: String, fields: [FieldChangeAnswer], warnings: [WarningAnswer]? = nil) {
        self.action = action
        self.object = object
        self.fields = fields
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case action
        case object
        case fields
        case warnings
    }
}

/// Answer of `POST /plans`, status 201.
package struct PlanAnswer: Codable, Hashable, Sendable {
    package var id: String?
    /// The size of the log that the plan was made on.
    package var baseVersion: Int64
    package var estate: String
    package var changes: [ChangeAnswer]
    package var dies: DiesAnswer
    package var expiresAt: String?
    /// What is allowed, and yet worth a thought.
    package var warnings: [WarningAnswer]?
    package var auditIndex: Int64?
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, baseVersion: Int64, estate: String, changes: [ChangeAnswer], dies: DiesAnswer,
        expiresAt: String? = nil, warnings: [WarningAnswer]? = nil, auditIndex: Int64? = nil,
        checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.baseVersion = baseVersion
        self.estate = estate
        self.changes = changes
        self.dies = dies
        self.expiresAt = expiresAt
        self.warnings = warnings
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case baseVersion = "base_version"
        case estate
        case changes
        case dies
        case expiresAt = "expires_at"
        case warnings
        case auditIndex = "audit_index"
        case checkpoint
    }
}

/// Body of `POST /plans/{id}/application`; may be empty.
package struct ApplicationBody: Codable, Hashable, Sendable {
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(dryRun: Bool? = nil) {
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        dryRun = try fields.optional(.dryRun)
    }
}

/// Answer of `POST /plans/{id}/application`, status 201: the plan, done. 409 `stale` where its facts changed.
package struct ApplicationAnswer: Codable, Hashable, Sendable {
    package var plan: String
    package var estate: String
    package var changes: [ChangeAnswer]
    package var dies: DiesAnswer
    package var operation: String?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        plan: String, estate: String, changes: [ChangeAnswer], dies: DiesAnswer, operation: String? = nil,
        auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.plan = plan
        self.estate = estate
        self.changes = changes
        self.dies = dies
        self.operation = operation
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case plan
        case estate
        case changes
        case dies
        case operation
        case auditIndex = "audit_index"
        case checkpoint
    }
}
