/// Body of `POST /tokens`.
package struct IssueTokenBody: Codable, Hashable, Sendable {
    package var profile: String
    package var audience: String
    /// What is asked for; nil for all that the entitlement allows.
    package var scope: [String]?
    package var ttlSeconds: Int64?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(
        profile: String, audience: String, scope: [String]? = nil, ttlSeconds: Int64? = nil, dryRun: Bool? = nil
    ) {
        self.profile = profile
        self.audience = audience
        self.scope = scope
        self.ttlSeconds = ttlSeconds
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case profile
        case audience
        case scope
        case ttlSeconds = "ttl_seconds"
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        profile = try fields.required(.profile)
        audience = try fields.required(.audience)
        scope = try fields.optional(.scope)
        ttlSeconds = try fields.optional(.ttlSeconds)
        dryRun = try fields.optional(.dryRun)
    }
}

/// Answer of `POST /tokens`: 201, or 200 of a dry run, which has neither `id` nor `token`.
package struct IssueTokenAnswer: Codable, Hashable, Sendable {
    package var id: String?
    package var token: String?
    package var expiresAt: String
    /// From when asking anew is sensible.
    package var renewAfter: String?
    /// Past this no renewal reaches: the end of the entitlement. The end of the calendar, 9999-12-31T23:59:59Z, where
    /// it has none (as RFC 5280, section 4.1.2.5, writes it).
    package var renewUntil: String?
    package var identity: String
    package var owner: String
    /// The version that justified it, as `ent_…@3`.
    package var entitlement: String
    package var audience: String?
    /// What was granted.
    package var scope: [String]?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, token: String? = nil, expiresAt: String, renewAfter: String? = nil,
        renewUntil: String? = nil, identity: String, owner: String, entitlement: String, audience: String? = nil,
        scope: [String]? = nil, auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.token = token
        self.expiresAt = expiresAt
        self.renewAfter = renewAfter
        self.renewUntil = renewUntil
        self.identity = identity
        self.owner = owner
        self.entitlement = entitlement
        self.audience = audience
        self.scope = scope
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case token
        case expiresAt = "expires_at"
        case renewAfter = "renew_after"
        case renewUntil = "renew_until"
        case identity
        case owner
        case entitlement
        case audience
        case scope
        case auditIndex = "audit_index"
        case checkpoint
    }
}

extension IssueTokenAnswer: CustomStringConvertible, CustomReflectable {
    /// Names the type alone: one of its fields is a secret, and a description ends in logs (P6).
    package var description: String { "IssueTokenAnswer(<secret>)" }
    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
