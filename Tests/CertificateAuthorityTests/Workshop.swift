internal import AuditLog
internal import CertificateAuthority
internal import OpenSSLCrypto
internal import TenureModel

/// A root, an issuing CA and one profile at a fixed time, with all that a test needs to make one certificate.
struct Workshop {
    static let now = Timestamp(clampingSeconds: 1_795_000_000)
    static let rootID = IssuerID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
    static let issuerID = IssuerID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0002)
    static let credential = CredentialID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0003)
    static let shard = RevocationShard(number: 7)

    let root: RootAuthority
    let issuer: Issuer
    let profile: CertificateProfile
    let publication: PublicationPoint
    let template: CertificateTemplate
    let linter: Linter
    let checker: RequestChecker

    init(
        issuerKind: KeyKind = .p256, keys: [CertificateProfile.Key] = CertificateProfile.Key.allCases,
        maximumSeconds: Int64 = 86_400, revocationSeconds: Int64 = 3600, foreignConsumers: Bool = false,
        usages: [CertificateProfile.Usage] = [.server, .client], issuingSeconds: Int64 = 365 * 86_400
    ) throws {
        publication = try PublicationPoint(httpURL: "http://localhost:8080/")
        root = try RootAuthority.make(
            id: Self.rootID, name: AuthorityName(organization: "Tenure", commonName: "Tenure Root 1"),
            key: PrivateKey.generate(.p384), serial: Self.serial(), now: Self.now)
        let key = try PrivateKey.generate(issuerKind)
        let certificate = try IssuingAuthority.certificate(
            for: key.publicKey, name: AuthorityName(organization: "Tenure", commonName: "Tenure Issuing 1"),
            root: root, serial: Self.serial(), now: Self.now, publication: publication,
            lifetimeSeconds: issuingSeconds)
        issuer = try Issuer(id: Self.issuerID, key: key, chain: [certificate])
        profile = CertificateProfile(
            keys: keys, names: ["NAME.example.internal", "NAME.ENVIRONMENT.example.internal"], usages: usages,
            spiffe: true, lifetime: try Lifetime(seconds: min(3600, maximumSeconds)),
            maximumLifetime: try Lifetime(seconds: maximumSeconds), revocationSeconds: revocationSeconds,
            foreignConsumers: foreignConsumers)
        template = CertificateTemplate(issuer: issuer.facts, profile: profile, publication: publication)
        linter = Linter(issuer: issuer.facts, profile: profile, publication: publication)
        checker = RequestChecker(
            profile: profile, ownKeys: [root.facts.publicKey, issuer.facts.publicKey], weakKeys: .none)
    }

    static func serial() throws -> SerialNumber {
        SerialNumber(random: try SecureRandom.bytes(SerialNumber.octetCount))
    }

    static func identity(_ name: String = "checkout") throws -> Identity {
        let workload = Workload(
            workloadClass: .service, owner: .person(PersonID(high: 1 << 12 | 0x7000, low: 1 << 63)), backupOwner: nil,
            purpose: try Sentence("Takes the orders of the shop"), environment: try EnvironmentName("production"))
        return Identity(
            id: .workload(WorkloadID(high: 0x7000, low: 1 << 63)), number: 12, version: 1, name: try Name(name),
            state: .active, body: .workload(workload))
    }

    func subject(
        _ name: String = "checkout", constraints: EntitlementConstraints = .unconstrained
    ) throws -> CertificateSubject {
        try CertificateSubject(
            profile: profile, identity: Self.identity(name), environment: EnvironmentName("production"),
            constraints: constraints, trustDomain: TrustDomain("example.org"))
    }

    func validity(
        now: Timestamp = now, seconds: Int64? = nil, latestEnd: Timestamp? = nil
    ) throws -> CertificateValidity {
        try CertificateValidity(
            now: now, profile: profile, requestedSeconds: seconds, constraintSeconds: nil, latestEnd: latestEnd,
            issuer: issuer.facts)
    }

    func verifiedKey(_ kind: KeyKind = .p256) throws -> VerifiedCSR {
        let key = try PrivateKey.generate(kind)
        let pem = try CertificationRequest.makePEM(commonName: "checkout", dnsNames: [], key: key)
        return try checker.verify(pem: Array(pem.utf8)) { _ in false }
    }

    func lineage(_ key: VerifiedCSR) -> LineageExtension {
        let lineage = Lineage(
            identity: 12, owner: 3, entitlements: [40, 41], profile: 7, trust: 9, environment: 1 << 62,
            instance: 1 << 62 | 5, credential: LineageReference.credential(Self.credential).number,
            family: LineageReference.family(ofFirst: Self.credential).number, authentication: Int64.max,
            subjectKey: key.keyReference.number, signingKey: issuer.facts.keyReference.number)
        return LineageExtension(log: 0x9F3A_01BC, floor: 4810, lineage: lineage)
    }

    func order(
        _ kind: KeyKind = .p256, subject: CertificateSubject? = nil, validity: CertificateValidity? = nil
    ) throws -> CertificateOrder {
        let key = try verifiedKey(kind)
        return CertificateOrder(
            purpose: .credential(Self.credential), subject: try subject ?? self.subject(), key: key,
            validity: try validity ?? self.validity(), lineage: profile.foreignConsumers ? nil : lineage(key),
            shard: profile.hasNoRevocation ? nil : Self.shard)
    }

    /// Walks the whole way from an order to a certificate that was signed and never recorded.
    func issue(_ order: CertificateOrder, serial: SerialNumber? = nil) throws -> UnreleasedCertificate {
        let serial = try serial ?? Self.serial()
        let tbs = template.tbsCertificate(for: order, serial: serial)
        return try issuer.issue(try linter.lint(tbs, serial: serial, against: order))
    }
}
