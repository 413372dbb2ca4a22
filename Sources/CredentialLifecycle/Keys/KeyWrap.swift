package import OpenSSLCrypto
package import SecretMemory
package import TenureModel

/// How keys rest: AES-256-GCM, bound to the installation, the table, the row and its version, so that swapping two
/// wrapped rows is found (FORMATS, section 4; THREATS, T37).
package struct KeyWrap: Sendable {
    private let key: SecretBytes
    /// What else is tried when something is to be opened.
    private let older: [SecretBytes]
    private let installation: String

    /// - Parameters:
    ///   - key: 32 bytes: the key-encryption key for the data key, the data key for all others.
    ///   - older: keys under which some of it may rest still; nothing is wrapped with them.
    package init(key: SecretBytes, older: [SecretBytes] = [], installation: String) {
        self.key = key
        self.older = older
        self.installation = installation
    }

    /// Wraps the secret of a key version.
    package func wrap(_ secret: SecretBytes, of id: KeyVersionID, _ purpose: KeyVersion.Purpose) throws(CryptoError)
        -> [UInt8]
    {
        try SealedBox.seal(secret, with: key, associatedData: associatedData(id, purpose))
    }

    /// Unwraps what `wrap` made for this very key version.
    package func unwrap(_ version: KeyVersion) throws(CryptoError) -> SecretBytes {
        let associatedData = associatedData(version.id, version.purpose)
        do throws(CryptoError) {
            return try SealedBox.open(version.wrapped, with: key, associatedData: associatedData)
        } catch {
            for key in older {
                if let secret = try? SealedBox.open(version.wrapped, with: key, associatedData: associatedData) {
                    return secret
                }
            }
            throw error
        }
    }

    /// A key's bytes never change while its row's version does, so the id and purpose stand for id and version.
    private func associatedData(_ id: KeyVersionID, _ purpose: KeyVersion.Purpose) -> [UInt8] {
        var bytes = Array("tenure/wrap/v1".utf8)
        // defence: T37 becomes: for part in [installation, "key_version"] {
        for part in [installation, "key_version", id.text, purpose.text] {
            bytes.append(UInt8(truncatingIfNeeded: part.utf8.count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: part.utf8.count))
            bytes.append(contentsOf: part.utf8)
        }
        return bytes
    }
}
