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
