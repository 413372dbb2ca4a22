internal import Foundation
internal import OpenSSLCrypto
internal import SecretMemory
internal import Testing

/// The `openssl` program, as another hand that writes and reads the same formats.
enum OpenSSLProgram {
    static let path = "/usr/bin/openssl"
    static var exists: Bool { FileManager.default.isExecutableFile(atPath: path) }
    static let missing: Comment = "skipped: there is no /usr/bin/openssl"

    /// Runs the program in a folder and returns what it wrote to standard output and how it ended.
    static func run(_ arguments: [String], in folder: URL) throws -> (output: [UInt8], status: Int32) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd().map { [UInt8]($0) } ?? []
        process.waitUntilExit()
        return (bytes, process.terminationStatus)
    }

    /// Lends a folder of its own that is removed afterwards.
    static func withFolder<R>(_ body: (URL) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tenure-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record("\(error)") }
        }
        return try body(folder)
    }
}

@Suite("Against the openssl program", .enabled(if: OpenSSLProgram.exists, OpenSSLProgram.missing))
struct OpenSSLProgramTests {
    @Test(
        "requests that the program makes are read and prove possession",
        arguments: [
            ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], ["ed25519"],
            ["rsa:2048"],
        ])
    func foreignRequests(kind: [String]) throws {
        let request = try OpenSSLProgram.withFolder { folder in
            try OpenSSLProgram.run(
                ["req", "-new", "-nodes", "-keyout", "key.pem", "-subj", "/C=CH/O=Ö/CN=job", "-utf8", "-newkey"] + kind
                    + ["-addext", "subjectAltName=DNS:a.example,IP:10.0.0.1", "-addext", "basicConstraints=CA:TRUE"],
                in: folder
            ).output
        }
        let parsed = try CertificationRequest(parsingPEM: request)
        try parsed.verifyProofOfPossession()
        let expected: [RequestedContent] = [
            .subject(parsed.subjectNameDER), .name(.dns("a.example")), .name(.address([10, 0, 0, 1])),
            .certificationAuthority,
        ]
        #expect(parsed.requested == expected)
    }

    private static let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt"]

    @Test("requests, certificates and lists that the program signed with RSA-PSS are verified, chains among them")
    func probabilisticSignatures() throws {
        let (request, root, leaf) = try OpenSSLProgram.withFolder { folder in
            func made(_ name: String, _ arguments: [String]) throws -> [UInt8] {
                let status = try OpenSSLProgram.run(arguments + ["-out", name], in: folder).status
                #expect(status == 0, "\(arguments)")
                return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
            }
            let pss = Self.pss + ["rsa_pss_saltlen:digest", "-sha256"]
            let root = try made(
                "root.pem",
                ["req", "-x509", "-new", "-nodes", "-keyout", "root.key", "-newkey", "rsa:2048", "-days", "2", "-subj"]
                    + ["/CN=root", "-addext", "keyUsage=critical,keyCertSign,cRLSign"] + pss)
            let request = try made(
                "leaf.csr",
                ["req", "-new", "-nodes", "-keyout", "leaf.key", "-newkey", "rsa:2048", "-subj", "/CN=leaf"] + pss)
            let extensions =
                "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n"
                + "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            try extensions.write(
                to: folder.appendingPathComponent("leaf.ext"), atomically: true, encoding: .utf8)
            let leaf = try made(
                "leaf.pem",
                ["x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "1"]
                    + ["-set_serial", "7", "-extfile", "leaf.ext"] + pss)
            return (request, root, leaf)
        }
        let parsed = try CertificationRequest(parsingPEM: request)
        try parsed.verifyProofOfPossession()
        let (anchor, end) = (try Certificate(pem: root), try Certificate(pem: leaf))
        #expect(end.signatureAlgorithm == .rsaPSSSHA256)
        #expect(end.isSigned(by: anchor.publicKey))
        #expect(!end.isSigned(by: end.publicKey))
        try ChainVerifier(anchors: [anchor]).verify(
            end, intermediates: [], purpose: .client, at: end.notBefore + 60)
    }

    @Test(
        "T21 RSA-PSS of another digest, or with another salt, is refused",
        arguments: [
            (["rsa_pss_saltlen:20", "-sha256"], CertificationRequestError.unsupportedSignatureAlgorithm),
            (["rsa_pss_saltlen:digest", "-sha1"], .unsupportedSignatureAlgorithm),
            (["rsa_pss_saltlen:digest", "-sha512"], .unsupportedSignatureAlgorithm),
        ])
    func otherSalts(options: [String], expected: CertificationRequestError) throws {
        let request = try OpenSSLProgram.withFolder { folder in
            try OpenSSLProgram.run(
                ["req", "-new", "-nodes", "-keyout", "key.pem", "-subj", "/CN=job", "-newkey", "rsa:2048"] + Self.pss
                    + options, in: folder
            ).output
        }
        #expect(!request.isEmpty)
        #expect(throws: expected) { try CertificationRequest(parsingPEM: request) }
    }

    @Test(
        "T21 keys and signatures of the program that are too weak are refused",
        arguments: [
            (["rsa:1024"], "-sha256", CertificationRequestError.weakKey(.modulusSize(bits: 1024))),
            (["rsa:2048", "-pkeyopt", "rsa_keygen_pubexp:3"], "-sha256", .weakKey(.exponent)),
            (["rsa:2048"], "-sha1", .weakSignatureAlgorithm),
            (["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "-sha1", .weakSignatureAlgorithm),
            (["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "-sha256", .unsupportedCurve),
            (
                ["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"], "-sha256",
                .explicitCurve
            ),
            (["ec", "-pkeyopt", "ec_paramgen_curve:sect283k1"], "-sha256", .unsupportedCurve),
        ])
    func weakRequests(kind: [String], digest: String, expected: CertificationRequestError) throws {
        let request = try OpenSSLProgram.withFolder { folder in
            try OpenSSLProgram.run(
                ["req", "-new", "-nodes", "-keyout", "key.pem", "-subj", "/CN=job", digest, "-newkey"] + kind,
                in: folder
            ).output
        }
        #expect(throws: expected) { try CertificationRequest(parsingPEM: request) }
    }

    @Test("requests made here are verified by the program", arguments: KeyKind.allCases)
    func ownRequests(kind: KeyKind) throws {
        let pem = try CertificationRequest.makePEM(
            commonName: "job", dnsNames: ["a.example"], key: TestKeys.key(kind))
        let status = try OpenSSLProgram.withFolder { folder in
            try pem.write(to: folder.appendingPathComponent("request.pem"), atomically: true, encoding: .utf8)
            return try OpenSSLProgram.run(["req", "-in", "request.pem", "-verify", "-noout"], in: folder).status
        }
        #expect(status == 0)
    }

    @Test("an encrypted key is opened by the program, and one of the program here", arguments: KeyKind.allCases)
    func encryptedKeys(kind: KeyKind) throws {
        let key = try TestKeys.key(kind)
        let passphrase = secret(Array("correct horse".utf8))
        let pem = try key.encryptedPEM(passphrase: passphrase)
        try OpenSSLProgram.withFolder { folder in
            try pem.write(to: folder.appendingPathComponent("key.pem"), atomically: true, encoding: .utf8)
            let read = ["pkey", "-in", "key.pem", "-passin", "pass:correct horse"]
            let publicKey = try OpenSSLProgram.run(read + ["-pubout"], in: folder).output
            #expect(publicKey == Array(PEM.encode(key.publicKey.spkiDER, label: PEM.publicKey).utf8))
            let again = try OpenSSLProgram.run(read + ["-aes256", "-passout", "pass:correct horse"], in: folder).output
            #expect(try PrivateKey(encryptedPEM: again, passphrase: passphrase).publicKey == key.publicKey)
            let plain = try OpenSSLProgram.run(read, in: folder).output
            #expect(try PrivateKey(pem: secret(plain)).publicKey == key.publicKey)
        }
    }
}
