internal import OpenSSLCrypto

/// A key that verifies notes, and its name: `name+hash+base64` (C2SP signed-note). Ed25519 alone.
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    /// Ed25519 signatures over the note's text.
    static let algorithm: UInt8 = 0x01
    private static let bytesMax = 512

    package let name: String
    /// 32 bytes.
    package let publicKey: [UInt8]
    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
    package let keyID: UInt32

    /// - Throws: `malformedKey` unless the name is one and the key is 32 bytes that are a point.
    package init(name: String, ed25519 publicKey: [UInt8]) throws(NoteError) {
        guard Self.isName(name), publicKey.count == 32 else { throw .malformedKey }
        self.name = name
        self.publicKey = publicKey
        let hash = SHA256.hash(Array(name.utf8) + [0x0A, Self.algorithm] + publicKey)
        keyID = hash[0..<4].reduce(0) { $0 << 8 | UInt32($1) }
        _ = try loadedKey()
    }

    /// Parses the text, whose hash must be that of its name and key.
    ///
    /// - Throws: `malformedKey` for anything else, such as another algorithm or another spelling of the base64.
    package init(_ text: String) throws(NoteError) {
        guard text.utf8.count <= Self.bytesMax else { throw .malformedKey }
        // The base64 may hold a plus, the name may not.
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let material = Base64.decode(Array(parts[2])[...]), material.first == Self.algorithm,
            let name = String(parts[0])
        else { throw .malformedKey }
        try self.init(name: name, ed25519: Array(material.dropFirst()))
        guard parts[1].elementsEqual(keyIDText.utf8) else { throw .malformedKey }
    }

    package var text: String { name + "+" + keyIDText + "+" + Base64.text([Self.algorithm] + publicKey) }

    package var description: String { text }

    /// Whether the key signed these bytes.
    func isValid(signature: [UInt8], for bytes: [UInt8]) -> Bool {
        do throws(NoteError) {
            return try loadedKey().isValid(signature: signature, for: bytes)
        } catch {
            return false
        }
    }

    /// Not empty, no space, no plus, no control character.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 320
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && scalar.value > 0x20 && scalar.value != 0x7F && !scalar.properties.isWhitespace
            }
    }

    private var keyIDText: String { Hex.text([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: keyID >> $0) }) }

    private func loadedKey() throws(NoteError) -> PublicKey {
        do throws(PublicKeyError) {
            return try PublicKey(ed25519: publicKey)
        } catch {
            throw .malformedKey
        }
    }
}
