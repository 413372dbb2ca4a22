/// That an entry is in a tree (RFC 6962, section 2.1.1). Also the answer of `GET /audit/proofs?index=&size=`.
package struct InclusionProofAnswer: Codable, Hashable, Sendable {
    package var index: Int64
    package var size: Int64
    /// Base64 with padding, as all hashes here.
    package var leafHash: String
    package var root: String
    /// From the leaf upwards.
    package var hashes: [String]
    package var checkpoint: CheckpointAnswer?

    package init(
        index: Int64, size: Int64, leafHash: String, root: String, hashes: [String], checkpoint: CheckpointAnswer? = nil
    ) {
        self.index = index
        self.size = size
        self.leafHash = leafHash
        self.root = root
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case index
        case size
        case leafHash = "leaf_hash"
        case root
        case hashes
        case checkpoint
    }
}

/// That one tree extends another (RFC 6962, section 2.1.2). Answer of `GET /audit/proofs/consistency?from=&to=`.
package struct ConsistencyProofAnswer: Codable, Hashable, Sendable {
    package var from: Int64
    package var to: Int64
    package var fromRoot: String?
    package var toRoot: String?
    /// Base64 with padding.
    package var hashes: [String]
    package var checkpoint: CheckpointAnswer?

    package init(
        from: Int64, to: Int64, fromRoot: String? = nil, toRoot: String? = nil, hashes: [String],
        checkpoint: CheckpointAnswer? = nil
    ) {
        self.from = from
        self.to = to
        self.fromRoot = fromRoot
        self.toRoot = toRoot
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case from
        case to
        case fromRoot = "from_root"
        case toRoot = "to_root"
        case hashes
        case checkpoint
    }
}
