/// A text and the signatures under it (C2SP signed-note), as it came: read, not verified.
package struct SignedNote: Hashable, Sendable {
    package static let bytesMax = 65_536
    package static let signaturesMax = 16

    /// One signature line: who signed, which key, and the signature itself.
    package struct Signature: Hashable, Sendable {
        package let name: String
        package let keyID: UInt32
        package let bytes: [UInt8]
    }

    /// What is signed: ends with a newline.
    package let text: String
    package let signatures: [Signature]

    /// Parses a note: UTF-8 text without control characters but newlines, a blank line, and 1 to 16 signature lines.
    ///
    /// - Throws: `tooLarge` over 64 KiB, else `malformed`.
    package init(_ note: String) throws(NoteError) {
        let bytes = Array(note.utf8)
        guard bytes.count <= Self.bytesMax else { throw .tooLarge }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }), bytes.last == 0x0A else { throw .malformed }
        guard let textEnd = Self.endOfText(bytes), let text = String(validating: bytes[..<textEnd], as: UTF8.self)
        else {
            throw .malformed
        }
        let lines = bytes[(textEnd + 1)..<(bytes.count - 1)].split(separator: 0x0A, omittingEmptySubsequences: false)
        guard (1...Self.signaturesMax).contains(lines.count) else { throw .malformed }
        self.text = text
        var signatures: [Signature] = []
        for line in lines { signatures.append(try Self.signature(line)) }
        self.signatures = signatures
    }

    /// Returns the text if `key` signed it.
    ///
    /// - Throws: `badSignature` if a signature that bears the key's name and id is not its own; `unsigned` if none
    ///   does.
    package func verifiedText(by key: VerifierKey) throws(NoteError) -> String {
        let ours = signatures.filter { $0.name.utf8.elementsEqual(key.name.utf8) && $0.keyID == key.keyID }
        guard !ours.isEmpty else { throw .unsigned }
        let signed = Array(text.utf8)
        guard ours.allSatisfy({ key.isValid(signature: $0.bytes, for: signed) }) else { throw .badSignature }
        return text
    }

    /// Where the last empty line begins; everything before it is the text.
    private static func endOfText(_ bytes: [UInt8]) -> Int? {
        var place = bytes.count - 2
        while place > 0 {
            if bytes[place] == 0x0A, bytes[place - 1] == 0x0A { return place }
            place -= 1
        }
        return nil
    }

    /// An em dash, a space, a name, a space, and the base64 of a key id and a signature.
    private static func signature(_ line: ArraySlice<UInt8>) throws(NoteError) -> Signature {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("—".utf8), let content = Base64.decode(parts[2]),
            content.count > 4, let name = String(validating: parts[1], as: UTF8.self), VerifierKey.isName(name)
        else { throw .malformed }
        return Signature(
            name: name, keyID: content[0..<4].reduce(0) { $0 << 8 | UInt32($1) }, bytes: Array(content[4...]))
    }
}

/// Why a note, a checkpoint or a key is not believed.
package enum NoteError: Error, Hashable, Sendable {
    case tooLarge
    case malformed
    case malformedKey
    /// No signature bears the key's name and id.
    case unsigned
    case badSignature
    /// It is signed, and about another log.
    case wrongOrigin(String)
}
