/// A signed tree head (C2SP tlog-checkpoint), as it stands in every recorded answer.
package struct CheckpointAnswer: Codable, Hashable, Sendable {
    /// How many entries the tree has.
    package var size: Int64
    /// The root hash in base64 with padding, as it stands in the note.
    package var root: String
    /// The signed note, to be verified with the key of `GET /audit/key`.
    package var note: String

    package init(size: Int64, root: String, note: String) {
        self.size = size
        self.root = root
        self.note = note
    }

    enum CodingKeys: String, CodingKey {
        case size
        case root
        case note
    }
}

/// What a checkpoint says: the first three lines of its note (C2SP tlog-checkpoint).
package struct CheckpointHead: Hashable, Sendable {
    package let origin: String
    package let size: Int64
    /// In base64.
    package let root: String

    package init(origin: String, size: Int64, root: String) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Nil of what is no checkpoint. Nothing is verified.
    package init?(note: String) {
        let lines = note.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4, let size = Int64(lines[1]), String(size) == lines[1], size >= 0 else { return nil }
        self.init(origin: String(lines[0]), size: size, root: String(lines[2]))
    }
}
