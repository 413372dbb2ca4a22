internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureModel

/// Makes first versions of keys, wrapped as they will rest.
struct KeyVersionMaker {
    /// By the key-encryption key: for the data key alone.
    let outer: KeyWrap
    /// By the data key: for all others.
    let inner: KeyWrap
    let now: Timestamp
    /// Where ids come from.
    var chance: RandomSource = { (count) throws(CryptoError) in try SecureRandom.bytes(count) }

    func dataKey(_ key: SecretBytes) throws(CryptoError) -> KeyVersion {
        let id = try makeID()
        return version(id, .dataKey, wrapped: try outer.wrap(key, of: id, .dataKey))
    }

    /// A ring's first version signs at once: nothing else could.
    func ring(_ purpose: KeyVersion.Purpose) throws(CryptoError) -> KeyVersion {
        let id = try makeID()
        return version(id, purpose, wrapped: try inner.wrap(try SecureRandom.secret(32), of: id, purpose))
    }

    func signing(_ key: PrivateKey, _ purpose: KeyVersion.Purpose) throws(CryptoError) -> KeyVersion {
        let id = try makeID()
        return version(
            id, purpose, publicKey: key.publicKey.spkiDER,
            wrapped: try inner.wrap(try key.pkcs8DER(), of: id, purpose))
    }

    /// A CA's key under the id that its certificate's lists are named by.
    ///
    /// - Parameter secret: nil of a key that is kept elsewhere.
    func authority(
        _ id: KeyVersionID, _ purpose: KeyVersion.Purpose, state: KeyVersion.State, secret: SecretBytes?,
        certificate: Certificate
    ) throws(CryptoError) -> KeyVersion {
        var wrapped: [UInt8] = []
        if let secret { wrapped = try inner.wrap(secret, of: id, purpose) }
        return version(
            id, purpose, state: state, publicKey: certificate.publicKey.spkiDER, certificates: [certificate.der],
            wrapped: wrapped)
    }

    func makeID() throws(CryptoError) -> KeyVersionID {
        KeyVersionID(at: now, random: try chance(10))
    }

    private func version(
        _ id: KeyVersionID, _ purpose: KeyVersion.Purpose, state: KeyVersion.State = .active, publicKey: [UInt8] = [],
        certificates: [[UInt8]] = [], wrapped: [UInt8]
    ) -> KeyVersion {
        KeyVersion(
            id: id, version: 1, purpose: purpose, state: state, published: now, signFrom: now, signUntil: nil,
            verifyUntil: nil, publicKey: publicKey, certificates: certificates, wrapped: wrapped)
    }
}
