internal import OpenSSLCrypto
package import SecretMemory
package import Storage
package import TenureModel

/// The data keys of an installation, opened. Under the newest all other keys come to rest; what rests under an older
/// one still opens for a while, since a change that was prepared before a rotation may be recorded after it.
package struct WrappingKeys: Sendable {
    /// Wraps with the newest data key, and opens with each.
    package let wrap: KeyWrap
    /// The newest one alone.
    let newest: KeyWrap
    /// The origin of the first log: what everything is bound to.
    let installation: String
    /// Those that this node was given; any of them may be the one that the data keys rest under.
    let keyEncryptionKeys: [SecretBytes]
    private let secrets: [KeyVersionID: SecretBytes]

    /// Opens the data keys of a snapshot.
    ///
    /// - Parameters:
    ///   - keyEncryptionKeys: 32 bytes each.
    ///   - known: opened before; a data key's bytes never change, so these open whatever became of the key-encryption
    ///     key.
    /// - Throws: `missing` where there is none, `unwrap` where one opens with none of the keys.
    package init(
        of snapshot: Snapshot, installation: String, keyEncryptionKeys: [SecretBytes], known: WrappingKeys? = nil
    ) throws(KeyChestError) {
        var secrets: [KeyVersionID: SecretBytes] = [:]
        let versions = snapshot.livingDataKeys
        for version in versions {
            if let secret = known?.secrets[version.id] {
                secrets[version.id] = secret
            } else if let (_, secret) = Self.open(version, installation, keyEncryptionKeys) {
                secrets[version.id] = secret
            } else {
                throw .unwrap(version.id)
            }
        }
        let opened = versions.compactMap { secrets[$0.id] }
        guard let first = opened.first else { throw .missing(KeyVersion.Purpose.dataKey.text) }
        wrap = KeyWrap(key: first, older: Array(opened.dropFirst()), installation: installation)
        newest = KeyWrap(key: first, installation: installation)
        self.installation = installation
        self.keyEncryptionKeys = keyEncryptionKeys
        self.secrets = secrets
    }

    /// The same of a newer snapshot.
    func reopened(from snapshot: Snapshot, keyEncryptionKeys: [SecretBytes]? = nil) throws(KeyChestError)
        -> WrappingKeys
    {
        try WrappingKeys(
            of: snapshot, installation: installation, keyEncryptionKeys: keyEncryptionKeys ?? self.keyEncryptionKeys,
            known: self)
    }

    /// The bytes of a data key.
    func secret(of version: KeyVersion) -> SecretBytes? { secrets[version.id] }

    /// The place, among those given, of the key-encryption key that a data key rests under; nil where it is none.
    package func placeOfKeyEncryptionKey(of version: KeyVersion) -> Int? {
        Self.open(version, installation, keyEncryptionKeys)?.place
    }

    private static func open(
        _ version: KeyVersion, _ installation: String, _ keys: [SecretBytes]
    ) -> (place: Int, secret: SecretBytes)? {
        for (place, key) in keys.enumerated() {
            if let secret = try? KeyWrap(key: key, installation: installation).unwrap(version) {
                return (place, secret)
            }
        }
        return nil
    }
}

extension Snapshot {
    /// The data keys under which anything may rest, the one that wraps first.
    package var livingDataKeys: [KeyVersion] {
        let living = keyVersions(for: .dataKey).filter { $0.state != .retired }
        return living.filter { $0.state == .active } + living.filter { $0.state != .active }
    }
}
