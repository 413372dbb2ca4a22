package import OpenSSLCrypto

/// Signs notes with an Ed25519 key under a name (C2SP signed-note). For checkpoints the name is the log's origin.
package struct NoteSigner: Sendable {
    package let verifierKey: VerifierKey
    private let key: PrivateKey

    /// - Throws: `malformedKey` unless the key is an Ed25519 one and the name has no space, plus or control character.
    package init(name: String, key: PrivateKey) throws(NoteError) {
        guard let publicKey = key.publicKey.ed25519Raw else { throw .malformedKey }
        verifierKey = try VerifierKey(name: name, ed25519: publicKey)
        self.key = key
    }

    /// Returns the signed note of `text`, which ends with a newline and holds no other control character.
    ///
    /// - Throws: `CryptoError` if libcrypto fails; nothing was signed then.
    package func sign(_ text: String) throws(CryptoError) -> String {
        precondition(text.utf8.last == 0x0A, "a note's text ends with a newline")
        precondition(text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A }, "a note's text holds no control character")
        let keyID = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: verifierKey.keyID >> $0) }
        let signature = try key.sign(Array(text.utf8))
        return text + "\n— " + verifierKey.name + " " + Base64.text(keyID + signature) + "\n"
    }

    /// Returns the checkpoint of the log whose origin is the signer's name.
    ///
    /// A log must never sign two roots of one size: whoever calls keeps the first (T39).
    ///
    /// - Throws: `CryptoError` if libcrypto fails; nothing was signed then.
    package func checkpoint(size: Int64, root: [UInt8]) throws(CryptoError) -> Checkpoint {
        precondition(size >= 0 && root.count == 32, "a tree has a size and a root of 32 bytes")
        let origin = verifierKey.name
        let note = try sign(Checkpoint.text(origin: origin, size: size, root: root))
        return Checkpoint(origin: origin, size: size, root: root, note: note)
    }
}
