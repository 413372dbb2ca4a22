/// A signed tree head (C2SP tlog-checkpoint): how many entries the log has, and the root over them.
///
/// A value of this type is what somebody signed, or says so: `init(note:key:)` checks it, the memberwise one is for
/// rows that were checked before they were stored.
package struct Checkpoint: Hashable, Sendable {
    /// `TRUST_DOMAIN/tenure/LOGID`.
    package let origin: String
    package let size: Int64
    /// 32 bytes.
    package let root: [UInt8]
    /// The whole signed note, as it is stored, served and held by others.
    package let note: String

    /// Takes the parts of a stored checkpoint as they are.
    package init(origin: String, size: Int64, root: [UInt8], note: String) {
        self.origin = origin
        self.size = size
        self.root = root
        self.note = note
    }

    /// The three lines that are signed.
    package static func text(origin: String, size: Int64, root: [UInt8]) -> String {
        origin + "\n" + String(size) + "\n" + Base64.text(root) + "\n"
    }
}
