internal import CertificateAuthority
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@Suite("Chains, judged by openssl")
struct ChainTests {
    private let program: OpenSSLProgram
    private let workshop: Workshop
    private let time = "-attime \(Workshop.now.seconds + 30)"

    init() throws {
        program = try OpenSSLProgram()
        workshop = try Workshop()
        try program.write(workshop.root.certificate.pem, to: "root.pem")
        try program.write(workshop.issuer.certificate.pem, to: "issuing.pem")
    }

    private func write(_ certificate: Certificate, to name: String) throws {
        try program.write(certificate.pem, to: name)
    }

    private func leaf(_ serial: SerialNumber, in workshop: Workshop) throws -> Certificate {
        let unreleased = try workshop.issue(try workshop.order(), serial: serial)
        return try Certificate(der: unreleased.unreleasedDER)
    }

    @Test("openssl verify -x509_strict accepts root, issuing CA and leaf", arguments: [KeyKind.p256, .p384])
    func strict(_ issuerKind: KeyKind) throws {
        let workshop = try Workshop(issuerKind: issuerKind)
        try write(workshop.root.certificate, to: "r.pem")
        try write(workshop.issuer.certificate, to: "i.pem")
        try write(try leaf(try Workshop.serial(), in: workshop), to: "leaf.pem")
        for purpose in ["sslserver", "sslclient"] {
            let result = try program.run(
                "verify -x509_strict \(time) -purpose \(purpose) -verify_hostname checkout.example.internal"
                    + " -CAfile r.pem -untrusted i.pem leaf.pem")
            #expect(result.status == 0 && result.text.contains("leaf.pem: OK"), "\(result.text)")
        }
        let foreign = try program.run(
            "verify -x509_strict \(time) -verify_hostname deploy.example.internal -CAfile r.pem"
                + " -untrusted i.pem leaf.pem"
        )
        #expect(foreign.status != 0)
        let root = try program.run("verify -x509_strict \(time) -CAfile r.pem r.pem")
        #expect(root.status == 0, "\(root.text)")
    }

    @Test("openssl prints what was authorized")
    func printed() throws {
        try write(try leaf(try Workshop.serial(), in: workshop), to: "leaf.pem")
        let text = try program.run("x509 -in leaf.pem -noout -text").text
        for expected in [
            "Version: 3 (0x2)", "Signature Algorithm: ecdsa-with-SHA256", "Subject: CN = checkout", "CA:FALSE",
            "Digital Signature", "TLS Web Server Authentication, TLS Web Client Authentication",
            "DNS:checkout.example.internal, DNS:checkout.production.example.internal, "
                + "URI:spiffe://example.org/env/production/wl/checkout",
            "URI:http://localhost:8080/crl/\(Workshop.issuerID.text)/7.crl",
            "2.25.20186525457439760207255565310866713957",
        ] {
            #expect(text.contains(expected), "\(expected) in \(text)")
        }
        let root = try program.run("x509 -in root.pem -noout -text").text
        #expect(root.contains("CA:TRUE, pathlen:1") && root.contains("ecdsa-with-SHA384"))
        let issuing = try program.run("x509 -in issuing.pem -noout -text").text
        #expect(issuing.contains("CA:TRUE, pathlen:0") && issuing.contains("Certificate Sign, CRL Sign"))
        #expect(issuing.contains("URI:http://localhost:8080/crl/\(Workshop.rootID.text).crl"))
    }

    @Test("what the holder of a leaf signs leads to no anchor, though names, identifiers and signature fit")
    func leafIsNoAuthority() throws {
        let key = try PrivateKey.generate(.p256)
        let pem = try CertificationRequest.makePEM(commonName: "", dnsNames: [], key: key)
        let verified = try workshop.checker.verify(pem: Array(pem.utf8)) { _ in false }
        let order = CertificateOrder(
            purpose: .credential(Workshop.credential), subject: try workshop.subject(), key: verified,
            validity: try workshop.validity(), lineage: workshop.lineage(verified), shard: Workshop.shard)
        let serial = try Workshop.serial()
        let tbs = workshop.template.tbsCertificate(for: order, serial: serial)
        let unreleased = try workshop.issue(order, serial: serial)
        try write(try Certificate(der: unreleased.unreleasedDER), to: "leaf.pem")

        var forged = try AlteredTBS(tbs)
        forged.issuer = forged.subject
        forged.subject = DistinguishedName.encoded(commonName: "victim")
        forged.serial = try Workshop.serial().octets
        forged.spki = try PrivateKey.generate(.p256).publicKey.spkiDER
        forged.remove(.subjectKeyIdentifier)
        forged.set(.authorityKeyIdentifier) { $0.sequence { $0.primitive(.primitive(0), verified.keyIdentifier) } }
        try write(try Certificate(der: try SignedStructure.sign(tbs: forged.bytes, with: key)), to: "forged.pem")
        try program.write(
            try workshop.issuer.certificate.pem + String(decoding: program.read("leaf.pem"), as: UTF8.self),
            to: "others.pem")
        let result = try program.run("verify \(time) -CAfile root.pem -untrusted others.pem forged.pem")
        #expect(result.status != 0 && result.text.contains("invalid CA certificate"), "\(result.text)")
    }

    @Test("openssl refuses a revoked leaf by the shard's list, by the complete one, and accepts another")
    func revoked() throws {
        let (dead, alive) = (try Workshop.serial(), try Workshop.serial())
        try write(try leaf(dead, in: workshop), to: "dead.pem")
        try write(try leaf(alive, in: workshop), to: "alive.pem")
        let builder = RevocationListBuilder(issuer: workshop.issuer, publication: workshop.publication)
        let entries = [RevokedCertificate(serial: dead.octets, revokedAt: Workshop.now, reason: .keyCompromise)]
        let shard = try builder.list(
            of: Workshop.shard, entries: entries, previousNumber: nil, thisUpdate: Workshop.now, revocationSeconds: 3600
        )
        let complete = try builder.completeList(
            entries: entries, previousNumber: nil, thisUpdate: Workshop.now, revocationSeconds: 3600)
        for list in [shard, complete] {
            try program.write(try RevocationList(der: list.der).pem, to: "list.pem")
            let check =
                "verify -x509_strict \(time) -crl_check -CRLfile list.pem -CAfile root.pem -untrusted issuing.pem"
            let refused = try program.run(check + " dead.pem")
            #expect(refused.status != 0 && refused.text.contains("certificate revoked"), "\(refused.text)")
            let accepted = try program.run(check + " alive.pem")
            #expect(accepted.status == 0, "\(accepted.text)")
            let text = try program.run("crl -in list.pem -noout -text").text
            #expect(text.contains("Key Compromise"))
        }
        let rootList = try workshop.root.revocationList(
            entries: [], previousNumber: nil, now: Workshop.now, publication: workshop.publication)
        try program.write(
            try RevocationList(der: shard.der).pem + RevocationList(der: rootList.der).pem, to: "lists.pem")
        let all = try program.run(
            "verify -x509_strict \(time) -crl_check_all -CRLfile lists.pem -CAfile root.pem"
                + " -untrusted issuing.pem alive.pem"
        )
        #expect(all.status == 0, "\(all.text)")
    }

    @Test("another shard's list does not speak for a leaf, nor does one that is over")
    func otherShard() throws {
        try write(try leaf(try Workshop.serial(), in: workshop), to: "leaf.pem")
        let builder = RevocationListBuilder(issuer: workshop.issuer, publication: workshop.publication)
        let other = try builder.list(
            of: RevocationShard(number: 8), entries: [], previousNumber: nil, thisUpdate: Workshop.now,
            revocationSeconds: 3600)
        try program.write(try RevocationList(der: other.der).pem, to: "list.pem")
        let check = "-crl_check -CRLfile list.pem -CAfile root.pem -untrusted issuing.pem leaf.pem"
        #expect(try program.run("verify -x509_strict \(time) \(check)").status != 0)
        let own = try builder.list(
            of: Workshop.shard, entries: [], previousNumber: nil, thisUpdate: Workshop.now, revocationSeconds: 300)
        try program.write(try RevocationList(der: own.der).pem, to: "list.pem")
        #expect(try program.run("verify -x509_strict \(time) \(check)").status == 0)
        let late = try program.run("verify -x509_strict -attime \(Workshop.now.seconds + 181) \(check)")
        #expect(late.status != 0 && late.text.contains("CRL has expired"), "\(late.text)")
    }

    @Test("the broker's own certificate has its names and addresses, and no list")
    func brokerServer() throws {
        let signed = try BrokerServerCertificate.make(
            names: [DNSName("localhost")], addresses: [NetworkAddress("127.0.0.1"), NetworkAddress("::1")],
            key: PrivateKey.generate(.p256), issuer: workshop.issuer, publication: workshop.publication,
            serial: Workshop.serial(), now: Workshop.now)
        try program.write(signed.leafPEM, to: "server.pem")
        let verify = "verify -x509_strict \(time) -purpose sslserver -CAfile root.pem -untrusted issuing.pem"
        for name in ["-verify_hostname localhost", "-verify_ip 127.0.0.1", "-verify_ip ::1"] {
            let result = try program.run("\(verify) \(name) server.pem")
            #expect(result.status == 0, "\(result.text)")
        }
        #expect(try program.run("\(verify) -verify_ip 10.0.0.1 server.pem").status != 0)
        let certificate = try Certificate(der: signed.der)
        #expect(certificate.extendedKeyUsages == [.serverAuthentication])
        #expect(certificate.extensionValue(.noRevAvail) == [0x05, 0x00])
        #expect(certificate.extensionValue(.crlDistributionPoints) == nil)
        #expect(certificate.extensionValue(LineageExtension.oid) == nil)
    }
}
