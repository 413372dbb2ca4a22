internal import Foundation
internal import Testing

@Suite("Story: the root is somebody else's")
struct ExternalRootStory {
    /// A PKI as people make one with OpenSSL.
    private struct Root {
        let broker: InstalledBroker

        static let extensions =
            "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n"
            + "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"

        init(_ broker: InstalledBroker, _ name: String = "pki") async throws {
            self.broker = broker
            try await openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384", "-nodes", "-days",
                "3650", "-subj", "/O=Example/CN=Example Root", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                "-keyout", broker.path("pki.key"), "-out", broker.path(name + ".pem"))
        }

        @discardableResult
        func openssl(_ arguments: String...) async throws -> String {
            try await Program.system("openssl").run(arguments).checked("openssl \(arguments[0])")
        }

        /// Certifies a request.
        func sign(
            _ number: Int, as name: String, _ extensions: String = extensions, days: Int = 365
        ) async throws -> String {
            try broker.write("ext", extensions)
            try await openssl(
                "x509", "-req", "-in", broker.path("data/issuing-\(number).csr"), "-CA", broker.path("pki.pem"),
                "-CAkey", broker.path("pki.key"), "-CAcreateserial", "-CAserial", broker.path("serial"), "-days",
                "\(days)", "-sha384", "-extfile", broker.path("ext"), "-out", broker.path(name))
            return broker.path(name)
        }

        func list() async throws -> String {
            try broker.write("index", "")
            try broker.write("number", "01\n")
            try broker.write(
                "ca.conf",
                """
                [ca]
                default_ca = root
                [root]
                database = \(broker.path("index"))
                crlnumber = \(broker.path("number"))
                default_md = sha384
                default_crl_days = 180
                crl_extensions = list
                [list]
                authorityKeyIdentifier = keyid

                """)
            try await openssl(
                "ca", "-gencrl", "-config", broker.path("ca.conf"), "-cert", broker.path("pki.pem"), "-keyfile",
                broker.path("pki.key"), "-out", broker.path("pki.crl"))
            return broker.path("pki.crl")
        }
    }

    @Test("it certifies what init asks for, and what comes of it passes OpenSSL's strict check to that root")
    func whole() async throws {
        let broker = try InstalledBroker()
        let root = try await Root(broker)
        let requested = try await broker.tenured("init", "--root", "external").checked("requests")
        #expect(requested.contains("--root-certificate ROOT.pem"))
        let again = try await broker.tenured("init", "--root", "external")
        #expect(again.status == 6 && again.errors.contains("wait for their certificates"), "\(again)")
        let early = try await broker.serve()
        #expect(early?.contains("holds no installation: run `tenured init") == true, "\(early ?? "it started")")
        let (first, second) = (try await root.sign(1, as: "first.pem"), try await root.sign(2, as: "second.pem"))
        let list = try await root.list()
        let pki = broker.path("pki.pem")
        func take(_ arguments: String...) async throws -> Program.Outcome {
            let options = arguments.flatMap { ["--certificate", $0] }
            var program = try Program.ours("tenured")
            program.environment = broker.environment
            return try await program.run(
                ["init", "--config", try broker.configure(), "--root", "external", "--root-certificate", pki] + options
                    + ["--root-list", list])
        }
        let one = try await take(first)
        #expect(one.status == 2 && one.errors.contains("issuing-2.csr"), "\(one)")
        _ = try await take(second, first).checked("init")
        #expect(!FileManager.default.fileExists(atPath: broker.path("data/issuing-ca.pending")))
        #expect(!FileManager.default.fileExists(atPath: broker.path("data/issuing-1.csr")))
        #expect(try await broker.serve() == nil)
        try await broker.login()
        let (issuer, estate) = try await StoryIssuer.make(
            in: broker.folder, workloads: ["checkout"], profile: "service-tls")
        _ = try await broker.tenure("apply", "-f", estate, "--yes").checked("apply")
        _ = try await broker.stranger(
            "cert", "issue", "--profile", "service-tls", "--out", broker.path("leaf"), "--oidc-token-file",
            try await issuer.proof(of: "checkout")
        ).checked("cert issue")
        try await root.openssl(
            "verify", "-x509_strict", "-CAfile", pki, "-untrusted", broker.path("leaf/chain.pem"),
            broker.path("leaf/cert.pem"))
        let issuerName = try await root.openssl("x509", "-in", broker.path("leaf/cert.pem"), "-noout", "-issuer")
        #expect(issuerName.contains("Tenure Issuing 1"))
        broker.end()
        let doctor = try await broker.tenured("doctor")
        #expect(!doctor.output.contains("FAULT"), "\(doctor.output)")
        let twice = try await take(first, second)
        #expect(twice.status == 6 && twice.errors.contains("holds an installation already"), "\(twice)")
    }

    /// What the root does wrong, and what is said.
    private static let faults: [(extensions: String, days: Int, said: String)] = [
        (Root.extensions.replacing(",pathlen:0", with: ""), 365, "its path length must be 0"),
        (Root.extensions.replacing("CA:TRUE,pathlen:0", with: "CA:FALSE"), 365, "it needs CA:TRUE"),
        (Root.extensions.replacing(",cRLSign", with: ""), 365, "its key usage must be"),
        (Root.extensions + "extendedKeyUsage=serverAuth\n", 365, "leave it out"),
        (Root.extensions.replacing("=hash", with: "=none"), 365, "identifier"),
        (Root.extensions.replacing("keyid", with: "none"), 365, "authority key identifier"),
        (Root.extensions, 20, "for 30 days at least"), (Root.extensions, 4_000, "not past the root"),
    ]

    @Test("what would not hold is refused for its reason, and the right certificates are taken afterwards")
    func strict() async throws {
        let broker = try InstalledBroker()
        let root = try await Root(broker)
        _ = try await broker.tenured("init", "--root", "external").checked("requests")
        let good = try await root.sign(2, as: "second.pem")
        func said(_ first: String, root: String = "pki.pem", list: String? = nil) async throws -> String {
            let more = list.map { ["--root-list", $0] } ?? []
            var program = try Program.ours("tenured")
            program.environment = broker.environment
            let outcome = try await program.run(
                [
                    "init", "--config", try broker.configure(), "--root", "external", "--root-certificate",
                    broker.path(root), "--certificate", first, "--certificate", good,
                ] + more)
            return "\(outcome.status) \(outcome.errors)"
        }
        for fault in Self.faults {
            let bad = try await root.sign(1, as: "bad.pem", fault.extensions, days: fault.days)
            let answer = try await said(bad)
            #expect(answer.hasPrefix("8 ") && answer.contains(fault.said), "\(fault.said): \(answer)")
        }
        let first = try await root.sign(1, as: "first.pem")
        // An intermediate in the root's place, and a root that certified nothing here.
        #expect(try await said(first, root: "first.pem").contains("it is no root"))
        let list = try await root.list()
        let key = try String(contentsOfFile: broker.path("pki.key"), encoding: .utf8)
        _ = try await Root(broker, "other")
        #expect(try await said(first, root: "other.pem").contains("it is not signed by that root"))
        try broker.write("pki.key", key)
        // A request that somebody else made.
        let stranger = try await root.openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=a",
            "-keyout", broker.path("stranger.key"))
        let request = broker.path("data/issuing-1.csr")
        let own = try String(contentsOfFile: request, encoding: .utf8)
        try broker.write("data/issuing-1.csr", stranger)
        let foreign = try await root.sign(1, as: "foreign.pem")
        #expect(try await said(foreign).contains("it is not for the key of the request"))
        try broker.write("data/issuing-1.csr", own)
        let founded = try await said(first, list: list)
        #expect(founded.hasPrefix("0 "), "\(founded)")
    }
}
