internal import AuditLog
internal import CertificateAuthority
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureModel

/// The CA of a new installation: a root, the issuing CA that signs first, and its successor, which lies published.
struct FoundedAuthorities {
    /// An issuing CA, with what is wrapped of its key.
    struct Issuing {
        let id: KeyVersionID
        let secret: SecretBytes
        let certificate: Certificate
    }

    let rootID: KeyVersionID
    let root: Certificate
    /// The root's own list in DER; nil where a root elsewhere gave none.
    let rootListDER: [UInt8]?
    /// Nil of a root elsewhere.
    let rootKey: PrivateKey?
    let issuing: [Issuing]

    /// Makes a root and has it certify.
    init(making order: FoundingOrder, now: Timestamp, chance: RandomSource) throws {
        let ids = try Self.makeIDs(now, chance)
        let key = try PrivateKey.generate(.p384)
        let root = try RootAuthority.make(
            id: IssuerID(high: ids[0].high, low: ids[0].low),
            name: try Self.name("Tenure Root", of: order.trustDomain), key: key,
            serial: SerialNumber(random: try chance(SerialNumber.octetCount)), now: now)
        var issuing: [Issuing] = []
        for (place, id) in ids.dropFirst().enumerated() {
            let (key, secret) = try order.issuingKeys.make(order.issuingKey, id: id)
            let certificate = try IssuingAuthority.certificate(
                for: key.publicKey, name: try Self.issuingName(place + 1, of: order.trustDomain), root: root,
                serial: SerialNumber(random: try chance(SerialNumber.octetCount)), now: now,
                publication: order.publication, lifetimeSeconds: order.issuingLifetimeSeconds)
            issuing.append(Issuing(id: id, secret: secret, certificate: certificate))
        }
        rootID = ids[0]
        self.root = root.certificate
        rootListDER = try root.revocationList(
            entries: [], previousNumber: nil, now: now, publication: order.publication
        ).der
        rootKey = key
        self.issuing = issuing
    }

    /// Takes what a root elsewhere gave.
    init(rootID: KeyVersionID, root: Certificate, rootListDER: [UInt8]?, issuing: [Issuing]) {
        self.rootID = rootID
        self.root = root
        self.rootListDER = rootListDER
        rootKey = nil
        self.issuing = issuing
    }

    /// The root's first. Of CAs that are valid from the same instant the one with the smallest id signs first.
    static func makeIDs(_ now: Timestamp, _ chance: RandomSource) throws(CryptoError) -> [KeyVersionID] {
        var ids: [KeyVersionID] = []
        for _ in 0..<3 { ids.append(KeyVersionID(at: now, random: try chance(10))) }
        return ids.sorted()
    }

    /// - Parameter number: from 1.
    static func issuingName(_ number: Int, of domain: TrustDomain) throws(AuthorityError) -> AuthorityName {
        try name("Tenure Issuing \(number)", of: domain)
    }

    /// A common name has 64 characters at most; the domain stands in the organization where it fits.
    private static func name(_ common: String, of domain: TrustDomain) throws(AuthorityError) -> AuthorityName {
        try AuthorityName(
            organization: domain.text.utf8.count <= 64 ? domain.text : "Tenure", commonName: common)
    }

    func versions(_ maker: KeyVersionMaker, keepsRootKey: Bool) throws(CryptoError) -> [KeyVersion] {
        let rootSecret = keepsRootKey ? try rootKey?.pkcs8DER() : nil
        var versions = [
            try maker.authority(rootID, .rootCA, state: .active, secret: rootSecret, certificate: root)
        ]
        for (place, ca) in issuing.enumerated() {
            versions.append(
                try maker.authority(
                    ca.id, .issuingCA, state: place == 0 ? .active : .staged, secret: ca.secret,
                    certificate: ca.certificate))
        }
        return versions
    }
}
