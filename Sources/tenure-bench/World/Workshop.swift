internal import AuditLog
internal import CertificateAuthority
internal import OpenSSLCrypto
internal import TenureModel

/// A root, an issuing CA and a profile: all that a certificate needs but storage.
struct Workshop {
    static let now = Timestamp(clampingSeconds: 1_795_442_400)
    private static let credential = CredentialID(high: 0x0190_0000_0000_7000, low: 1 << 63 | 3)

    let issuer: Issuer
    let template: CertificateTemplate
    let linter: Linter
    let checker: RequestChecker
    private let subject: CertificateSubject
    private let validity: CertificateValidity

    init() throws {
        let publication = try PublicationPoint(httpURL: "http://localhost:8080/")
        let root = try RootAuthority.make(
            id: IssuerID(high: 0x0190_0000_0000_7000, low: 1 << 63 | 1),
            name: AuthorityName(organization: "Tenure", commonName: "Tenure Root 1"), key: .generate(.p384),
            serial: Self.serial(), now: Self.now)
        let key = try PrivateKey.generate(.p256)
        let certificate = try IssuingAuthority.certificate(
            for: key.publicKey, name: AuthorityName(organization: "Tenure", commonName: "Tenure Issuing 1"), root: root,
            serial: Self.serial(), now: Self.now, publication: publication, lifetimeSeconds: 365 * 86_400)
        issuer = try Issuer(
            id: IssuerID(high: 0x0190_0000_0000_7000, low: 1 << 63 | 2), key: key, chain: [certificate])
        let profile = CertificateProfile(
            keys: [.p256], names: ["NAME.example.internal"], usages: [.server, .client], spiffe: true,
            lifetime: try Lifetime(seconds: 3600), maximumLifetime: try Lifetime(seconds: 86_400),
            revocationSeconds: 3600, foreignConsumers: false)
        template = CertificateTemplate(issuer: issuer.facts, profile: profile, publication: publication)
        linter = Linter(issuer: issuer.facts, profile: profile, publication: publication)
        checker = RequestChecker(
            profile: profile, ownKeys: [root.facts.publicKey, issuer.facts.publicKey], weakKeys: .none)
        subject = try CertificateSubject(
            profile: profile, identity: Population.workload(WorkloadID(high: 0x7000, low: 1 << 63), name: "checkout"),
            environment: EnvironmentName("production"), constraints: .unconstrained,
            trustDomain: TrustDomain("example.org"))
        validity = try CertificateValidity(
            now: Self.now, profile: profile, requestedSeconds: nil, constraintSeconds: nil, latestEnd: nil,
            issuer: issuer.facts)
    }

    /// From the bytes of a request to a certificate that is signed and not yet recorded: what one issuance computes.
    func issue(requestPEM: [UInt8]) throws -> UnreleasedCertificate {
        let key = try checker.verify(pem: requestPEM) { _ in false }
        let lineage = Lineage(
            identity: 12, owner: 3, entitlements: [40], profile: 7, trust: 9, environment: 1 << 62,
            instance: 1 << 62 | 5, credential: LineageReference.credential(Self.credential).number,
            family: LineageReference.family(ofFirst: Self.credential).number, authentication: Int64.max,
            subjectKey: key.keyReference.number, signingKey: issuer.facts.keyReference.number)
        let order = CertificateOrder(
            purpose: .credential(Self.credential), subject: subject, key: key, validity: validity,
            lineage: LineageExtension(log: 0x9F3A_01BC, floor: 4810, lineage: lineage),
            shard: RevocationShard(number: 7))
        let serial = try Self.serial()
        let tbs = template.tbsCertificate(for: order, serial: serial)
        return try issuer.issue(try linter.lint(tbs, serial: serial, against: order))
    }

    private static func serial() throws -> SerialNumber {
        SerialNumber(random: try SecureRandom.bytes(SerialNumber.octetCount))
    }
}
