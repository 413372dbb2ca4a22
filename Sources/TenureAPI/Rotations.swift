/// Body of `POST /rotations`.
package struct RotationBody: Codable, Hashable, Sendable {
    /// `token-keys`, `issuing-ca`, `session-keys`, `key-encryption-key` or `data-key`.
    package var kind: String
    /// Of `token-keys`: raise this audience's generation alone.
    package var audience: String?
    /// Of `token-keys`: the ring of this environment alone; those of all environments where neither is given.
    package var environment: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(kind: String, audience: String? = nil, environment: String? = nil, dryRun: Bool? = nil) {
        self.kind = kind
        self.audience = audience
        self.environment = environment
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case kind
        case audience
        case environment
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        kind = try fields.required(.kind)
        audience = try fields.optional(.audience)
        environment = try fields.optional(.environment)
        dryRun = try fields.optional(.dryRun)
    }
}

/// One version of a key, without anything secret.
package struct KeyVersionAnswer: Codable, Hashable, Sendable {
    package var id: String
    /// As `token-ring/production` or `issuing-ca`.
    package var purpose: String
    /// `staged`, `active`, `draining` or `retired`.
    package var state: String
    package var kid: String?
    package var signFrom: String
    package var signUntil: String?
    package var verifyUntil: String?

    package init(
        id: String, purpose: String, state: String, kid: String? = nil, signFrom: String, signUntil: String? = nil,
        verifyUntil: String? = nil
    ) {
        self.id = id
        self.purpose = purpose
        self.state = state
        self.kid = kid
        self.signFrom = signFrom
        self.signUntil = signUntil
        self.verifyUntil = verifyUntil
    }

    enum CodingKeys: String, CodingKey {
        case id
        case purpose
        case state
        case kid
        case signFrom = "sign_from"
        case signUntil = "sign_until"
        case verifyUntil = "verify_until"
    }
}

/// Answer of `POST /rotations`: 201, or 200 of a dry run, which has no `id`.
package struct RotationAnswer: Codable, Hashable, Sendable {
    package var id: String?
    package var kind: String
    package var audience: String?
    package var environment: String?
    /// The versions that change and those that are made; of an audience its key that ends, and the successor.
    package var keys: [KeyVersionAnswer]
    /// What is left for people to do, in a sentence; nil where nothing is.
    package var nextStep: String?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, kind: String, audience: String? = nil, environment: String? = nil, keys: [KeyVersionAnswer],
        nextStep: String? = nil, auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.kind = kind
        self.audience = audience
        self.environment = environment
        self.keys = keys
        self.nextStep = nextStep
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case kind
        case audience
        case environment
        case keys
        case nextStep = "next_step"
        case auditIndex = "audit_index"
        case checkpoint
    }
}
