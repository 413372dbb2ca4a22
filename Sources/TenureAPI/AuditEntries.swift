/// One entry of the log.
package struct AuditEntryAnswer: Codable, Hashable, Sendable {
    package var index: Int64
    /// SHA-256(0x00 ‖ body), in base64 with padding.
    package var leafHash: String
    /// The entry's bytes as they were hashed; nil where only the leaf hash was kept.
    package var body: String?

    package init(index: Int64, leafHash: String, body: String? = nil) {
        self.index = index
        self.leafHash = leafHash
        self.body = body
    }

    enum CodingKeys: String, CodingKey {
        case index
        case leafHash = "leaf_hash"
        case body
    }
}

/// Answer of `GET /audit/entries?since=&limit=`.
package struct AuditEntriesAnswer: Codable, Hashable, Sendable {
    package var items: [AuditEntryAnswer]
    /// Given as `since` for the next page; nil at the end.
    package var nextSince: Int64?
    package var checkpoint: CheckpointAnswer?

    package init(items: [AuditEntryAnswer], nextSince: Int64? = nil, checkpoint: CheckpointAnswer? = nil) {
        self.items = items
        self.nextSince = nextSince
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case items
        case nextSince = "next_since"
        case checkpoint
    }
}

/// The log's verification key, as JSON; `GET /audit/key` itself is text.
package struct AuditKeyAnswer: Codable, Hashable, Sendable {
    package var origin: String
    /// As C2SP signed-note writes it.
    package var vkey: String

    package init(origin: String, vkey: String) {
        self.origin = origin
        self.vkey = vkey
    }

    enum CodingKeys: String, CodingKey {
        case origin
        case vkey
    }
}
