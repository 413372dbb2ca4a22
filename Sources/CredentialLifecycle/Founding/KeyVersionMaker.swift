internal import CertificateAuthority
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
    func authority(
        _ id: KeyVersionID, _ purpose: KeyVersion.Purpose, state: KeyVersion.State, key: PrivateKey, keepsKey: Bool,
        certificate: Certificate
    ) throws(CryptoError) -> KeyVersion {
        version(
            id, purpose, state: state, publicKey: key.publicKey.spkiDER, certificates: [certificate.der],
            wrapped: keepsKey ? try inner.wrap(try key.pkcs8DER(), of: id, purpose) : [])
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

/// A root, the issuing CA that signs first and its successor, which lies published.
struct NewAuthorities {
    let rootKey: PrivateKey
    let root: RootAuthority
    private let issuing: [(id: KeyVersionID, key: PrivateKey, certificate: Certificate)]

    init(_ order: FoundingOrder, now: Timestamp, chance: RandomSource) throws {
        let domain = order.trustDomain.text
        // A common name has 64 characters at most; the domain stands in the organization where it fits.
        let organization = domain.utf8.count <= 64 ? domain : "Tenure"
        // Of CAs that are valid from the same instant the one with the smallest id signs first.
        var ids: [KeyVersionID] = []
        for _ in 0..<3 { ids.append(KeyVersionID(at: now, random: try chance(10))) }
        ids.sort()
        rootKey = try PrivateKey.generate(.p384)
        root = try RootAuthority.make(
            id: IssuerID(high: ids[0].high, low: ids[0].low),
            name: try AuthorityName(organization: organization, commonName: "Tenure Root"), key: rootKey,
            serial: SerialNumber(random: try chance(SerialNumber.octetCount)), now: now)
        var issuing: [(id: KeyVersionID, key: PrivateKey, certificate: Certificate)] = []
        for (place, id) in ids.dropFirst().enumerated() {
            let key = try PrivateKey.generate(order.issuingKey)
            let certificate = try IssuingAuthority.certificate(
                for: key.publicKey,
                name: try AuthorityName(organization: organization, commonName: "Tenure Issuing \(place + 1)"),
                root: root, serial: SerialNumber(random: try chance(SerialNumber.octetCount)), now: now,
                publication: order.publication, lifetimeSeconds: order.issuingLifetimeSeconds)
            issuing.append((id, key, certificate))
        }
        self.issuing = issuing
    }

    func versions(_ maker: KeyVersionMaker, keepsRootKey: Bool) throws(CryptoError) -> [KeyVersion] {
        var versions = [
            try maker.authority(
                KeyVersionID(high: root.facts.id.high, low: root.facts.id.low), .rootCA, state: .active, key: rootKey,
                keepsKey: keepsRootKey, certificate: root.certificate)
        ]
        for (place, ca) in issuing.enumerated() {
            versions.append(
                try maker.authority(
                    ca.id, .issuingCA, state: place == 0 ? .active : .staged, key: ca.key, keepsKey: true,
                    certificate: ca.certificate))
        }
        return versions
    }
}
