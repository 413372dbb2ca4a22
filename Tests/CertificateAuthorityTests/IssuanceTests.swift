@_spi(Recording) internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@testable internal import CertificateAuthority

@Suite("Issuing")
struct IssuanceTests {
    private func receipt(_ key: String, _ hash: [UInt8] = [1]) -> AuditReceipt {
        AuditReceipt(key: key, rowHash: hash, index: 5)
    }

    @Test("T24 the bytes that were linted are the bytes that were signed", arguments: [KeyKind.p256, .p384])
    func signedIsLinted(_ issuerKind: KeyKind) throws {
        let workshop = try Workshop(issuerKind: issuerKind)
        let order = try workshop.order()
        let serial = try Workshop.serial()
        let tbs = workshop.template.tbsCertificate(for: order, serial: serial)
        let linted = try workshop.linter.lint(tbs, serial: serial, against: order)
        let unreleased = try workshop.issuer.issue(linted)
        let certificate = try Certificate(der: unreleased.unreleasedDER)
        #expect([UInt8](certificate.signedBytes) == tbs)
        #expect(certificate.isSigned(by: workshop.issuer.facts.publicKey))
    }

    @Test("a parser of another kind reads what was authorized", arguments: CertificateProfile.Key.allCases)
    func readBack(_ kind: CertificateProfile.Key) throws {
        let workshop = try Workshop()
        let order = try workshop.order(kind.kind)
        let serial = try Workshop.serial()
        let unreleased = try workshop.issue(order, serial: serial)
        let certificate = try Certificate(der: unreleased.unreleasedDER)
        #expect(certificate.serialNumber == serial.octets)
        #expect(certificate.notBefore == Workshop.now.seconds - 60)
        #expect(certificate.notAfter == Workshop.now.seconds + 3600)
        #expect(certificate.publicKey == order.key.publicKey)
        #expect(!certificate.isCA)
        #expect(certificate.keyUsage == .digitalSignature)
        #expect(certificate.extendedKeyUsages == [.serverAuthentication, .clientAuthentication])
        #expect(certificate.dnsNames == order.subject.dnsNames.map(\.text))
        #expect(certificate.uriNames == ["spiffe://example.org/env/production/wl/checkout"])
        #expect(certificate.subjectKeyIdentifier == order.key.publicKey.identifier)
        #expect(certificate.authorityKeyIdentifier == workshop.issuer.certificate.subjectKeyIdentifier)
        #expect(certificate.subjectNameDER == DistinguishedName.encoded(commonName: "checkout"))
        let lineage = try #require(certificate.extensionValue(LineageExtension.oid))
        #expect(try LineageExtension(decoding: lineage) == order.lineage)
    }

    @Test("a certificate is given out after the receipt of its own credential, with leaf and chain")
    func revealed() throws {
        let workshop = try Workshop()
        let unreleased = try workshop.issue(try workshop.order())
        let der = unreleased.unreleasedDER
        let serial = unreleased.serial
        let signed = try unreleased.reveal(after: receipt(Workshop.credential.text, [7]), rowHash: [7])
        #expect(signed.der == der)
        #expect(signed.serialHex == serial.description)
        #expect(try Certificate(pem: Array(signed.leafPEM.utf8)).der == der)
        #expect(signed.chainPEM == [workshop.issuer.certificate.pem])
        #expect(try Certificate.chain(pem: Array(signed.fullChainPEM.utf8), countMax: 2).count == 2)
    }

    @Test("a certificate is not given out after another's receipt, another row's, or without one")
    func notRevealed() throws {
        let workshop = try Workshop()
        let other = CredentialID(high: 0x7000, low: 1 << 63)
        for (key, hash) in [(other.text, [UInt8]([7])), (Workshop.credential.text, [8]), ("", [7])] {
            let unreleased = try workshop.issue(try workshop.order())
            do throws(ReleaseRefusal) {
                _ = try unreleased.reveal(after: receipt(key, hash), rowHash: [7])
                Issue.record("given out after the receipt of \(key)")
            } catch {
                #expect(error == .otherReceipt)
            }
        }
        let unreleased = try workshop.issue(try workshop.order())
        do throws(ReleaseRefusal) {
            _ = try unreleased.revealBrokerServer()
            Issue.record("a credential was given out as the broker's own certificate")
        } catch {
            #expect(error == .notRecorded)
        }
    }

    @Test("T24 the first signature of a loaded key is verified, then one in 256, or all on request")
    func sampling() {
        let places = (UInt64(0)...512).filter { CertificateSigner.isVerified(place: $0, .sampled) }
        #expect(places == [0, 256, 512])
        #expect((UInt64(0)...512).allSatisfy { CertificateSigner.isVerified(place: $0, .all) })
    }

    @Test("T24 a faulty signature is found where it is looked for, and always before a list or a CA certificate leaves")
    func faultySignature() throws {
        let key = try PrivateKey.generate(.p256)
        let body: [UInt8] = [0x30, 0x02, 0x05, 0x00]
        func signer(_ verification: SignatureVerification) -> CertificateSigner {
            CertificateSigner(publicKey: key.publicKey, verification: verification) { (bytes) throws(CryptoError) in
                try key.sign(bytes + [0])
            }
        }
        let sampled = signer(.sampled)
        #expect(throws: SigningError.invalidSignature) { try sampled.sign(body, isCritical: false) }
        _ = try sampled.sign(body, isCritical: false)
        #expect(throws: SigningError.invalidSignature) { try sampled.sign(body, isCritical: true) }
        let all = signer(.all)
        for _ in 0..<3 { #expect(throws: SigningError.invalidSignature) { try all.sign(body, isCritical: false) } }
    }

    @Test("T24 what does not read back as the bytes that were linted is not given out")
    func otherBytes() throws {
        let signer = CertificateSigner(key: try PrivateKey.generate(.p256), verification: .all)
        for body: [UInt8] in [[], [0x05, 0x00], [0x30, 0x80], [0x30, 0x01]] {
            #expect(throws: SigningError.otherBytes) { try signer.sign(body, isCritical: false) }
        }
    }

    @Test("a leaf never outlives its issuer, what justified it, or its profile")
    func validity() throws {
        let workshop = try Workshop(issuingSeconds: 1800)
        let now = Workshop.now
        #expect(try workshop.validity().notAfter == now.adding(seconds: 1800))
        // The last second is included, and at `latestEnd` it is over.
        #expect(try workshop.validity(latestEnd: now.adding(seconds: 600)).notAfter == now.adding(seconds: 599))
        #expect(
            try workshop.validity(latestEnd: now.adding(milliseconds: 600_001)).notAfter == now.adding(seconds: 600))
        #expect(throws: ValidityRefusal.noTimeLeft) { try workshop.validity(latestEnd: now.adding(seconds: 1)) }
        #expect(throws: ValidityRefusal.noTimeLeft) { try workshop.validity(latestEnd: now) }
        #expect(throws: ValidityRefusal.noTimeLeft) { try workshop.validity(latestEnd: now.adding(seconds: -1)) }
        #expect(throws: ValidityRefusal.lifetimeTooLong(maximumSeconds: 86_400)) {
            try workshop.validity(seconds: 86_401)
        }
        #expect(throws: ValidityRefusal.lifetimeTooShort) { try workshop.validity(seconds: 59) }
        #expect(throws: ValidityRefusal.lifetimeTooShort) { try workshop.validity(seconds: Int64.min) }
        #expect(throws: ValidityRefusal.issuerNotValid) { try workshop.validity(now: now.adding(seconds: 1801)) }
        #expect(throws: ValidityRefusal.issuerNotValid) { try workshop.validity(now: now.adding(seconds: -61)) }
        #expect(throws: ValidityRefusal.noTimeLeft) { try workshop.validity(now: now.adding(seconds: 1800)) }
        #expect(try workshop.validity(now: now.adding(milliseconds: 999)).notBefore == now.adding(seconds: -60))
    }

    @Test("renewal is due at two thirds of the validity, earlier by up to a tenth, and reaches the entitlement's end")
    func renewal() throws {
        let now = Workshop.now
        let end = now.adding(seconds: 3600)
        let last = now.adding(seconds: 86_400)
        var dueTimes: Set<Int64> = []
        for low in UInt64(0)..<1000 {
            let credential = CredentialID(high: 0x7000, low: 1 << 63 | low)
            let window = RenewalWindow(notBefore: now, notAfter: end, latestEnd: last, credential: credential)
            #expect(window.until == last)
            #expect((2041...2400).contains(window.after.seconds - now.seconds))
            #expect(window == RenewalWindow(notBefore: now, notAfter: end, latestEnd: last, credential: credential))
            dueTimes.insert(window.after.seconds)
        }
        #expect(dueTimes.count > 200)
        let none = RenewalWindow(
            notBefore: now, notAfter: now.adding(seconds: -1), latestEnd: nil, credential: Workshop.credential)
        #expect(none.after == now)
        #expect(none.until == .distantFuture)
    }

    @Test("what was recorded is shown once more as it was; a token, or a row that was never recorded, is not")
    func recorded() throws {
        let workshop = try Workshop()
        let order = try workshop.order()
        let unreleased = try workshop.issue(order)
        let lineage = workshop.lineage(order.key).lineage
        let identity = try Workshop.identity()
        var row = Credential(
            id: Workshop.credential, kind: .certificate, index: 5, floor: 4810, identity: identity.id,
            identityVersion: 1, owner: identity.id, ownerVersion: 1, environment: try EnvironmentName("production"),
            purpose: try Sentence("Takes orders"), entitlement: EntitlementID(high: 0x7000, low: 1 << 63),
            entitlementVersion: 1, profile: ProfileID(high: 0x7000, low: 1 << 63), profileVersion: 1,
            trust: TrustID(high: 0x7000, low: 1 << 63), trustVersion: 1, notBefore: unreleased.notBefore,
            notAfter: unreleased.notAfter, lineage: lineage,
            body: .certificate(
                issuer: Workshop.issuerID, serial: unreleased.serial.octets, shard: 7, der: unreleased.unreleasedDER,
                replaces: nil))
        let signed = try unreleased.reveal(after: receipt(Workshop.credential.text))
        #expect(SignedCertificate(recorded: row, chainPEM: workshop.issuer.chainPEM) == signed)
        row.index = -1
        #expect(SignedCertificate(recorded: row, chainPEM: []) == nil)
        row.index = 5
        row.body = .token(audience: try Audience("registry"), scopes: [], keyID: "1")
        #expect(SignedCertificate(recorded: row, chainPEM: []) == nil)
    }

    @Test("an issuer whose key, rights or chain do not fit is not loaded")
    func loading() throws {
        let workshop = try Workshop()
        let other = try PrivateKey.generate(.p256)
        func refusal(_ key: PrivateKey, _ chain: [Certificate]) -> IssuerRefusal? {
            do throws(IssuerRefusal) {
                _ = try Issuer(id: Workshop.issuerID, key: key, chain: chain)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(other, []) == .emptyChain)
        #expect(refusal(other, [workshop.issuer.certificate]) == .keyDoesNotFit)
        let key = try PrivateKey.generate(.p256)
        let certificate = try IssuingAuthority.certificate(
            for: key.publicKey, name: AuthorityName(organization: "T", commonName: "I"), root: workshop.root,
            serial: Workshop.serial(), now: Workshop.now, publication: nil)
        #expect(refusal(key, [certificate]) == nil)
        #expect(refusal(key, [certificate, workshop.root.certificate]) == nil)
        #expect(refusal(key, [certificate, workshop.issuer.certificate]) == .brokenChain)
        let rootKey = try PrivateKey.generate(.p384)
        let root = try RootAuthority.make(
            id: Workshop.rootID, name: AuthorityName(organization: "T", commonName: "R"), key: rootKey,
            serial: Workshop.serial(), now: Workshop.now)
        #expect(refusal(rootKey, [root.certificate]) == .badPathLength)
        let leaf = try Certificate(
            der: try BrokerServerCertificate.make(
                names: [DNSName("localhost")], addresses: [], key: other, issuer: workshop.issuer,
                publication: workshop.publication, serial: Workshop.serial(), now: Workshop.now
            ).der)
        #expect(refusal(other, [leaf]) == .notAnAuthority)
    }

    @Test("a root is P-384, an issuing CA never has the root's key, and a root that is over certifies nobody")
    func roots() throws {
        let workshop = try Workshop()
        let name = try AuthorityName(organization: "T", commonName: "R")
        #expect(throws: AuthorityError.keyKindNotAllowed(.p256)) {
            try RootAuthority.make(
                id: Workshop.rootID, name: name, key: PrivateKey.generate(.p256), serial: Workshop.serial(),
                now: Workshop.now)
        }
        func certify(_ key: PublicKey, _ now: Timestamp) throws -> Certificate {
            try IssuingAuthority.certificate(
                for: key, name: name, root: workshop.root, serial: Workshop.serial(), now: now, publication: nil)
        }
        #expect(throws: AuthorityError.ownKey) { try certify(workshop.root.facts.publicKey, Workshop.now) }
        let key = try PrivateKey.generate(.p256).publicKey
        let end = workshop.root.facts.notAfter
        #expect(throws: AuthorityError.rootNotValid) { try certify(key, end) }
        #expect(try certify(key, end.adding(seconds: -100)).notAfter == end.seconds)
        #expect(throws: AuthorityError.keyKindNotAllowed(.ed25519)) {
            try certify(try PrivateKey.generate(.ed25519).publicKey, Workshop.now)
        }
        #expect(throws: AuthorityError.badName) { try AuthorityName(organization: "a\nb", commonName: "c") }
    }

    @Test("an external root's chain is taken by the request that was handed out")
    func externalRoot() throws {
        let workshop = try Workshop()
        let key = try PrivateKey.generate(.p256)
        let name = try AuthorityName(organization: "Tenure", commonName: "Tenure Issuing 2")
        let pem = Array(try IssuingAuthority.requestPEM(key: key, name: name).utf8)
        let certificate = try IssuingAuthority.certificate(
            forRequestPEM: pem, name: name, root: workshop.root, serial: Workshop.serial(), now: Workshop.now,
            publication: workshop.publication)
        let issuer = try Issuer(id: Workshop.issuerID, key: key, chain: [certificate])
        #expect(issuer.facts.notAfter == Workshop.now.adding(seconds: IssuingAuthority.lifetimeSeconds))
        #expect(certificate.subjectNameDER == name.nameDER)
    }
}
