internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

/// Each row is refused for its own reason, and nothing changes: no row, no mark, no entry but that of the refusal.
@Suite("Hostile requests")
struct HostileRequestTests {
    struct Row: Sendable {
        let name: String
        let expected: RequestRefusal
        let spoil: @Sendable (inout HostileCSR) -> Void
    }

    private static func point(_ csr: HostileCSR) -> [UInt8] { csr.key.publicKey.point ?? [] }

    /// The encoding: trailing bytes, BER, depth, names, size.
    private static let encodings: [Row] = [
        Row(name: "a byte after the end", expected: .badCSR(.trailingBytes)) { $0.whole = { $0 + [0] } },
        Row(name: "two requests", expected: .badCSR(.trailingBytes)) { $0.whole = { $0 + $0 } },
        Row(name: "an indefinite length", expected: .badCSR(.notDER(.indefiniteLength))) {
            $0.whole = { [0x30, 0x80] + $0.dropFirst(3) + [0, 0] }
        },
        Row(name: "a padded length", expected: .badCSR(.notDER(.lengthNotMinimal))) {
            $0.whole = { [0x30, 0x82, 0x00] + $0.dropFirst(2) }
        },
        Row(name: "cut", expected: .badCSR(.notDER(.truncated))) { $0.whole = { $0.dropLast() } },
        Row(name: "nested too deep", expected: .badCSR(.notDER(.nestingTooDeep))) {
            $0.attributes = HostileCSR.nested(12)
        },
        Row(name: "a NUL in the name", expected: .badCSR(.badName)) {
            $0.subject = HostileCSR.name(Array("admin\0x".utf8))
        },
        Row(name: "a name that is no UTF-8", expected: .badCSR(.badName)) {
            $0.subject = HostileCSR.name([0xC0, 0x80])
        },
        Row(name: "17,000 bytes", expected: .badCSR(.tooLarge)) {
            $0.subject = HostileCSR.name([UInt8](repeating: 0x61, count: 17_000))
        },
    ]

    /// The key and what is proved with it.
    private static let keys: [Row] = [
        Row(name: "SHA-1", expected: .badCSR(.weakSignatureAlgorithm)) {
            $0.algorithm = [0x30, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01]
        },
        Row(name: "RSA's algorithm on another key", expected: .badCSR(.algorithmMismatch)) {
            $0.algorithm = SignatureAlgorithm.rsaSHA256.identifierDER
        },
        Row(name: "another key than that which signs", expected: .badCSR(.badSignature)) { $0.spki = strangerSPKI },
        Row(name: "a curve by its equation", expected: .weakKey(.explicitCurve)) {
            $0.spki = HostileCSR.key(curve: [0x30, 0x03, 0x02, 0x01, 0x01], point($0))
        },
        Row(name: "a binary curve", expected: .weakKey(.unsupportedCurve)) {
            $0.spki = HostileCSR.key(curve: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x10], point($0))
        },
        Row(name: "a point off the curve", expected: .weakKey(.pointOffCurve)) {
            var off = point($0)
            off[40] ^= 4
            $0.spki = HostileCSR.key(curve: HostileCSR.oid(.p256), off)
        },
        Row(name: "RSA of 16,384 bits", expected: .weakKey(.weakKey(.modulusSize(bits: 16_384)))) {
            $0.spki = HostileCSR.rsaKey(octets: 2_048, exponent: [1, 0, 1])
            $0.algorithm = SignatureAlgorithm.rsaSHA256.identifierDER
            $0.whole = { $0 }
        },
        Row(name: "an exponent of 1", expected: .weakKey(.weakKey(.exponent))) {
            $0.spki = HostileCSR.rsaKey(octets: 256, exponent: [1])
            $0.algorithm = SignatureAlgorithm.rsaSHA256.identifierDER
        },
        Row(name: "a modulus with a small factor", expected: .weakKey(.weakKey(.smallFactor))) {
            // 0xFBFB…FB is 251 times 0x0101…01.
            $0.spki = HostileCSR.rsaKey(octets: 256, exponent: [1, 0, 1])
            $0.algorithm = SignatureAlgorithm.rsaSHA256.identifierDER
        },
    ]

    /// One for each flag of Wycheproof's vectors of ECDSA over P-256 that stands at invalid ones.
    private static let signatures: [Row] = [
        signature("InvalidSignature") { _ in HostileCSR.signature([0], [0]) },
        signature("RangeCheck") { _ in HostileCSR.signature(order, order) },
        signature("IntegerOverflow") { _ in HostileCSR.signature([0x01] + [UInt8](repeating: 0, count: 32), [1]) },
        signature("ModifiedInteger") { HostileCSR.signature([0x7F] + $0[4...].prefix(32).dropFirst(), [1]) },
        signature("ModifiedSignature") { $0.dropLast() + [($0.last ?? 0) ^ 1] },
        signature("MissingZero") { _ in HostileCSR.signature([0xFF] + order.dropFirst(2), [1]) },
        signature("BerEncodedSignature") { [0x30, 0x81] + $0.dropFirst() },
        signature("InvalidEncoding") { $0 + [0x05, 0x00] },
        signature("InvalidTypesInSignature") { _ in [0x30, 0x06, 0x0C, 0x01, 0x31, 0x02, 0x01, 0x01] },
        signature("ArithmeticError") { _ in HostileCSR.signature([1], [1]) },
        signature("PointDuplication") { _ in HostileCSR.signature(generatorX, [2]) },
    ]

    private static func signature(_ flag: String, _ spoil: @escaping @Sendable ([UInt8]) -> [UInt8]) -> Row {
        Row(name: flag, expected: .badCSR(.badSignature)) { $0.signature = spoil }
    }

    /// A key whose holder asks for nothing here.
    private static let strangerSPKI: [UInt8] = {
        do { return try PrivateKey.generate(.p256).publicKey.spkiDER } catch { return [] }
    }()

    /// The order of P-256 as an integer in DER, and the first coordinate of its generator (SEC 2, section 2.4.2).
    private static let order = [0] + ECDSATwin.order
    private static let generatorX: [UInt8] = [
        0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2,
        0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96,
    ]

    @Test("T20 a CSR of each bad encoding is refused for its reason, and nothing changes")
    func encodings() async throws { try await expectRefused(Self.encodings) }

    @Test("T21 a CSR of each bad key is refused for its reason, and nothing changes")
    func keys() async throws { try await expectRefused(Self.keys) }

    @Test("T21 a CSR of each flag of Wycheproof's proves no possession, and nothing changes")
    func signatures() async throws { try await expectRefused(Self.signatures) }

    @Test("T21 the key of our own CA, and one that was blocked, get nothing, and nothing changes")
    func knownKeys() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        _ = try await installation.broker.revoke(
            .publicKey(held.key.publicKey.spkiDER), reason: .keyCompromise,
            by: try await installation.caller("admin"), in: try installation.call())
        let authority = try #require(installation.broker.keys.issuers.first).facts.publicKey
        let blocked = LineageReference.subjectKey(spkiDER: held.key.publicKey.spkiDER)
        try await expectRefused(
            [
                Row(name: "our own CA's", expected: .ownAuthorityKey) { $0.spki = authority.spkiDER },
                Row(name: "a blocked one", expected: .blockedKey(blocked)) {
                    $0 = HostileCSR(held.key)
                },
            ], at: installation)
    }

    /// The request that nothing was done to is granted, so that each row is refused for what was done to it.
    private func expectRefused(_ rows: [Row], at known: TestInstallation? = nil) async throws {
        let installation: TestInstallation
        if let known { installation = known } else { installation = try await TestInstallation.start() }
        let caller = try await installation.caller("checkout")
        let ask = { (csr: HostileCSR) in
            _ = try await installation.broker.issueCertificate(
                IssueCertificate(
                    profile: try Name("service-tls"), csrPEM: try csr.pem(), lifetimeSeconds: nil, renews: nil),
                by: caller, in: try installation.call())
        }
        let good = HostileCSR(try PrivateKey.generate(.p256))
        try await ask(good)
        let before = try await installation.broker.ledger.head()
        for row in rows {
            var csr = good
            row.spoil(&csr)
            do {
                try await ask(csr)
                Issue.record("\(row.name) was granted")
            } catch LifecycleError.request(let refusal) {
                #expect(refusal == row.expected, "\(row.name)")
            } catch {
                Issue.record("\(row.name): \(error)")
            }
        }
        let after = try await installation.broker.ledger.head()
        #expect(after.size == before.size && after.root == before.root)
    }
}
