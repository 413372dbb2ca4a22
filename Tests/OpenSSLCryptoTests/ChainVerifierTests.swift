internal import OpenSSLCrypto
internal import Testing

@Suite("Chains")
struct ChainVerifierTests {
    private static let now: Int64 = 1_750_000_000
    private let rootKey: PrivateKey
    private let issuingKey: PrivateKey
    private let leafKey: PrivateKey
    private let root: Certificate
    private let issuing: Certificate

    init() throws {
        rootKey = try TestKeys.key(.p384)
        issuingKey = try TestKeys.key(.p256)
        leafKey = try TestKeys.key(.ed25519)
        root = try CertificateParts.authority(
            "root", key: rootKey, issuer: "root", signer: rootKey, pathLength: 1
        ).certificate()
        issuing = try CertificateParts.authority(
            "issuing", key: issuingKey, issuer: "root", signer: rootKey, pathLength: 0
        ).certificate()
    }

    private func leaf(_ change: (inout CertificateParts) -> Void = { _ in }) throws -> Certificate {
        var parts = CertificateParts.leaf("leaf", key: leafKey, issuer: "issuing", signer: issuingKey)
        change(&parts)
        return try parts.certificate()
    }

    private func error(
        _ leaf: Certificate, _ intermediates: [Certificate]? = nil, anchors: [Certificate]? = nil,
        purpose: ChainVerifier.Purpose = .client, at time: Int64 = now
    ) -> ChainError? {
        do throws(ChainError) {
            try ChainVerifier(anchors: anchors ?? [root])
                .verify(leaf, intermediates: intermediates ?? [issuing], purpose: purpose, at: time)
            return nil
        } catch {
            return error
        }
    }

    @Test("a chain of leaf, issuing authority and root is accepted, whatever else comes along")
    func good() throws {
        #expect(error(try leaf()) == nil)
        #expect(error(try leaf(), [root, issuing, try leaf()]) == nil)
        let server = try leaf { $0.extensions[3] = CertificateParts.extendedKeyUsage([.serverAuthentication]) }
        #expect(error(server, purpose: .server) == nil)
        #expect(error(issuing, [], purpose: .authority) == nil)
    }

    @Test("T23 a chain without its middle, of another root, or with the leaf as anchor is refused")
    func untrusted() throws {
        #expect(error(try leaf(), []) == .untrusted)
        let other = try CertificateParts.authority(
            "root", key: TestKeys.key(.rsa2048), issuer: "root", signer: TestKeys.key(.rsa2048)
        ).certificate()
        #expect(error(try leaf(), anchors: [other]) == .untrusted)
        #expect(error(try leaf(), anchors: []) == .untrusted)
        #expect(error(try leaf(), anchors: [try leaf()]) == .notAnAuthority)
        #expect(error(try leaf(), anchors: [issuing]) == .untrusted)
        let selfSigned = CertificateParts.leaf("leaf", key: issuingKey, issuer: "leaf", signer: issuingKey)
        #expect(error(try selfSigned.certificate()) == .untrusted)
    }

    @Test("T23 a leaf signed by another leaf is refused")
    func leafAsIssuer() throws {
        let issuer = try leaf { $0.spki = rootKey.publicKey.spkiDER }
        let child = try CertificateParts.leaf("child", key: leafKey, issuer: "leaf", signer: rootKey).certificate()
        #expect(error(child, [issuer, issuing]) == .notAnAuthority || error(child, [issuer, issuing]) == .untrusted)
    }

    @Test("a leaf with a wrong signature is refused")
    func signature() throws {
        let forged = try CertificateParts.leaf(
            "leaf", key: leafKey, issuer: "issuing", signer: PrivateKey.generate(.p256))
        var parts = forged
        parts.extensions[0] = CertificateParts.authorityKeyIdentifier(issuingKey.publicKey)
        #expect(error(try parts.certificate()) == .badSignature)
    }

    @Test("a chain is judged at the time that is given, to the second")
    func time() throws {
        let leaf = try leaf()
        #expect(error(leaf, at: leaf.notBefore - 1) == .notYetValid)
        #expect(error(leaf, at: leaf.notBefore) == nil)
        #expect(error(leaf, at: leaf.notAfter - 1) == nil)
        #expect(error(leaf, at: leaf.notAfter) == .expired)
    }

    @Test("T23 a leaf without the extended key usage, or an authority as leaf, is refused")
    func purposes() throws {
        #expect(error(try leaf(), purpose: .server) == .wrongPurpose)
        #expect(error(try leaf { $0.extensions.remove(at: 3) }) == .wrongPurpose)
        #expect(error(issuing, []) == .wrongPurpose)
        #expect(error(try leaf(), purpose: .authority) == .notAnAuthority)
    }

    @Test("T23 chains of more than four certificates, and path lengths that are exceeded, are refused")
    func lengths() throws {
        var chain: [Certificate] = []
        let anchor = try CertificateParts.authority("a0", key: rootKey, issuer: "a0", signer: rootKey).certificate()
        for depth in 1...4 {
            chain.append(
                try CertificateParts.authority("a\(depth)", key: rootKey, issuer: "a\(depth - 1)", signer: rootKey)
                    .certificate())
            let leaf = CertificateParts.leaf("leaf", key: leafKey, issuer: "a\(depth)", signer: rootKey)
            let expected: ChainError? = depth <= 2 ? nil : .tooLong
            #expect(error(try leaf.certificate(), chain, anchors: [anchor]) == expected, "\(depth) between")
        }
        let below = CertificateParts.authority("below", key: rootKey, issuer: "issuing", signer: issuingKey)
        let leaf = try CertificateParts.leaf("leaf", key: leafKey, issuer: "below", signer: rootKey).certificate()
        #expect(error(leaf, [issuing, try below.certificate()]) == .notAnAuthority)
        let help = [Certificate](repeating: issuing, count: 9)
        #expect(error(try self.leaf(), help) == .tooLong)
    }

    @Test("an unknown critical extension is refused, an unknown other one is not")
    func critical() throws {
        let oid = try #require(OID(dotted: "2.25.1"))
        #expect(
            error(try leaf { $0.extensions.append(CertificateExtension(oid, isCritical: false, value: [5, 0])) }) == nil
        )
        let refused = error(
            try leaf { $0.extensions.append(CertificateExtension(oid, isCritical: true, value: [5, 0])) })
        guard case .refused = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
    }

    @Test("revocation lists are asked for the leaf, and for authorities where that is wanted")
    func revocation() throws {
        func error(_ lists: [RevocationListParts], _ checking: ChainVerifier.Revocation) throws -> ChainError? {
            let lists = try lists.map { try RevocationList(der: try $0.der()) }
            let leaf = try leaf()
            do throws(ChainError) {
                try ChainVerifier(anchors: [root], revocationLists: lists, checking: checking)
                    .verify(leaf, intermediates: [issuing], purpose: .client, at: Self.now)
                return nil
            } catch {
                return error
            }
        }
        var list = RevocationListParts(issuer: "issuing", signer: issuingKey)
        (list.thisUpdate, list.nextUpdate) = (Self.now - 60, Self.now + 60)
        var rootList = RevocationListParts(issuer: "root", signer: rootKey)
        (rootList.thisUpdate, rootList.nextUpdate) = (Self.now - 60, Self.now + 60)
        #expect(try error([], .none) == nil)
        #expect(try error([], .leaf) == .revocationUnknown)
        #expect(try error([list], .leaf) == nil)
        #expect(try error([list], .all) == .revocationUnknown)
        #expect(try error([list, rootList], .all) == nil)
        list.entries = [([1, 2], 1)]
        #expect(try error([list], .leaf) == .revoked)
        #expect(try error([list], .none) == nil)
        list.entries = [([9], 1)]
        rootList.entries = [([1, 2], 1)]
        #expect(try error([list, rootList], .all) == .revoked)
        #expect(try error([list, rootList], .leaf) == nil)
        list.nextUpdate = Self.now - 1
        #expect(try error([list], .leaf) == .revocationUnknown)
        list = RevocationListParts(issuer: "issuing", signer: rootKey)
        (list.thisUpdate, list.nextUpdate) = (Self.now - 60, Self.now + 60)
        #expect(try error([list], .leaf) == .revocationUnknown)
    }
}
