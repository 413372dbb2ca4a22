/// The health of one part.
package struct PartStatusAnswer: Codable, Hashable, Sendable {
    /// As `store`, `clock` or `audit`.
    package var name: String
    /// `ok`, `degraded` or `failed`.
    package var state: String
    package var detail: String?
    package var since: String?

    package init(name: String, state: String, detail: String? = nil, since: String? = nil) {
        self.name = name
        self.state = state
        self.detail = detail
        self.since = since
    }

    enum CodingKeys: String, CodingKey {
        case name
        case state
        case detail
        case since
    }
}

/// Answer of `GET /status`.
package struct StatusAnswer: Codable, Hashable, Sendable {
    /// `ok`, `degraded`, `read_only` or `failed`: that of the worst part.
    package var state: String
    package var version: String
    package var development: Bool
    package var at: String
    /// Whether new credentials are given.
    package var issuing: Bool?
    package var parts: [PartStatusAnswer]
    package var identities: Int64?
    package var entitlements: Int64?
    package var nextRotation: String?
    package var checkpoint: CheckpointAnswer?

    package init(
        state: String, version: String, development: Bool, at: String, issuing: Bool? = nil, parts: [PartStatusAnswer],
        identities: Int64? = nil, entitlements: Int64? = nil, nextRotation: String? = nil,
        checkpoint: CheckpointAnswer? = nil
    ) {
        self.state = state
        self.version = version
        self.development = development
        self.at = at
        self.issuing = issuing
        self.parts = parts
        self.identities = identities
        self.entitlements = entitlements
        self.nextRotation = nextRotation
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case state
        case version
        case development
        case at
        case issuing
        case parts
        case identities
        case entitlements
        case nextRotation = "next_rotation"
        case checkpoint
    }
}
