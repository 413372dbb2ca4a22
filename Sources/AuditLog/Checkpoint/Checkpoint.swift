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

    /// Verifies a signed note with the key alone: signed by it, and a checkpoint of the log that `origin` names, by
    /// default the key's own name.
    ///
    /// - Throws: what is wrong with the note, its signature or its origin; `malformed` for lines beyond the third,
    ///   which nobody could audit.
    package init(note: String, key: VerifierKey, origin: String? = nil) throws(NoteError) {
        let text = try SignedNote(note).verifiedText(by: key)
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, let found = String(lines[0]), let sizeText = String(lines[1]) else {
            throw .malformed
        }
        guard let size = Int64(sizeText), (0...Frontier.sizeMax).contains(size), String(size) == sizeText,
            let root = Base64.decode(Array(lines[2])[...]), root.count == 32
        else { throw .malformed }
        guard found.utf8.elementsEqual((origin ?? key.name).utf8) else { throw .wrongOrigin(found) }
        self.init(origin: found, size: size, root: root, note: note)
    }
}
