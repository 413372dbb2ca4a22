internal import CertificateAuthority
internal import Foundation
internal import TenureHTTP
internal import Testing

@testable internal import TenureServer

@Suite("The configuration is read strictly")
struct ConfigurationTests {
    private static let file = "tenured.yaml"

    private static func example() throws -> [String] {
        try Repository.text("config/tenured.example.yaml").components(separatedBy: "\n")
    }

    /// Lines of the example that hold a key, with the key.
    private static func keys() throws -> [(line: Int, key: String)] {
        try example().enumerated().compactMap { place, line in
            let text = line.drop { $0 == " " }
            guard !text.hasPrefix("#"), let colon = text.firstIndex(of: ":") else { return nil }
            return (place + 1, String(text[..<colon]))
        }
    }

    private static func fault(_ lines: [String]) -> String {
        do throws(StartFailure) {
            _ = try ServerConfiguration(file: file, text: lines.joined(separator: "\n"))
            return "accepted"
        } catch {
            return error.message
        }
    }

    @Test("the complete example is accepted, and says what the defaults are")
    func example() throws {
        let text = try Self.example().joined(separator: "\n")
        let configuration = try ServerConfiguration(file: Self.file, text: text)
        #expect(configuration.dataFolder == "/var/lib/tenure")
        #expect(configuration.listen.names.map(\.text) == ["tenure.example.internal"])
        #expect(!configuration.isDevelopment)
        let bare = try ServerConfiguration(file: Self.file, text: Self.required.joined(separator: "\n"))
        #expect(bare.limits.http == configuration.limits.http)
        #expect(bare.federation == configuration.federation)
        #expect(bare.tokenRingSeconds == configuration.tokenRingSeconds)
        #expect(bare.log == configuration.log)
        #expect(bare.limits == configuration.limits)
    }

    @Test("each key of the example, misspelt once, is refused with its line and the key that was meant")
    func misspelt() throws {
        let keys = try Self.keys()
        #expect(keys.count > 50)
        for (line, key) in keys {
            var lines = try Self.example()
            lines[line - 1] = lines[line - 1].replacing(key + ":", with: key + "q:", maxReplacements: 1)
            let message = Self.fault(lines)
            #expect(message.hasPrefix("\(Self.file):\(line):"), "\(message)")
            #expect(message.contains("unknown key `\(key)q`; did you mean `\(key)`?"), "\(message)")
        }
    }

    @Test("each value of the example, replaced by one of another type, is refused with its line")
    func otherType() throws {
        for (line, key) in try Self.keys() {
            var lines = try Self.example()
            let isSection = !lines[line - 1].hasPrefix(" ")
            guard !isSection else { continue }
            lines[line - 1] = "  \(key): {is: wrong}"
            let message = Self.fault(lines)
            #expect(message.hasPrefix("\(Self.file):\(line):"), "\(message)")
        }
    }

    @Test("each number beyond its bounds is refused", arguments: [0, -1, 9_000_000_000_000_000_000])
    func numbers(_ number: Int64) throws {
        for (line, key) in try Self.keys() where key.hasSuffix("_max") || key.hasSuffix("_seconds") {
            var lines = try Self.example()
            lines[line - 1] = "  \(key): \(number)"
            let message = Self.fault(lines)
            #expect(
                message.hasPrefix("\(Self.file):\(line):") && message.contains("must be from"), "\(key): \(message)")
        }
    }

    @Test("every limit of the code has its key in the example, and the least of each is told")
    func everyLimit() throws {
        let named = Set(try Self.keys().map(\.key))
        for key in ServerConfiguration.Limits.keys { #expect(named.contains(key), "\(key)") }
        for (line, least) in [
            ("body_bytes_max: 4095", "from 4096"), ("header_bytes_max: 1", "from 4096"),
            ("json_depth_max: 7", "from 8"), ("queue_max: 1", "from 16"), ("batch_max: 0", "from 1"),
            ("disk_free_bytes_min: 0", "from 16777216"), ("feeds_max: 200001", "to 200000"),
            ("connections_max: 50", "at most `connections_max`"), ("queue_max: 200", "at most `queue_max`"),
            ("body_bytes_max: 8192", "at most `body_bytes_max`"),
        ] {
            let message = Self.fault(Self.required + ["limits: {\(line)}"])
            #expect(message.contains(least), "\(line): \(message)")
        }
    }

    @Test("development raises connections and rates a hundredfold, and nothing else")
    func raised() throws {
        let plain = try ServerConfiguration(file: Self.file, text: Self.required.joined(separator: "\n"))
        let limits = plain.raised(by: 100).limits
        var expected = plain.limits
        expected.http.connectionsMax = 100_000
        expected.http.connectionsPerAddressMax = 10_000
        expected.identityRequestsPerSecond = 2_000
        expected.strangerRefusalsPerSecond = 1_000
        expected.sourceRefusalsPerSecond = 5_000
        #expect(limits == expected)
    }

    private static let required = [
        "listen: {address: \"127.0.0.1:8443\", url: \"https://tenure.example.internal\", names: [localhost]}",
        "http: {address: \"127.0.0.1:8080\", url: \"http://tenure.example.internal\"}",
        "store: {data: /var/lib/tenure}", "keys: {kek_file: /etc/tenure/kek}",
        "ca: {trust_domain: example.org, profiles: /etc/tenure/profiles}",
        "audit: {witness_file: /var/lib/witness/checkpoint}",
    ]

    @Test("each section that has no default is missed", arguments: 0..<6)
    func missing(_ place: Int) {
        var lines = Self.required
        let section = lines.remove(at: place)
        let name = String(section.prefix { $0 != ":" })
        #expect(Self.fault(lines).contains("`\(name)` is required"), "\(Self.fault(lines))")
    }

    @Test(
        "a value that means nothing, or something else elsewhere, is refused",
        arguments: [
            (2, "store: {data: var/lib/tenure}", "must be a path from the root"),
            (2, "store: {data: /var/../etc}", "must be a plain path"),
            (2, "store: {data: /var/lib/tenure, engine: oracle}", "must be sqlite or postgresql"),
            (2, "store: {data: /var/lib/tenure, engine: postgresql}", "is required"),
            (2, "store: {data: /d, url: \"postgresql:///tenure\"}", "belongs to `engine: postgresql`"),
            (2, "store: {data: /d, may_lose_credentials: true}", "belongs to `engine: postgresql`"),
            (2, "store: {data: /d, engine: postgresql, url: \"postgresql://a:b@localhost/t\"}", "carries a password"),
            (
                2, "store: {data: /d, engine: postgresql, url: \"postgresql://db.example/t?sslmode=require\"}",
                "verify-full"
            ),
            (3, "keys: {kek_file: /etc/kek, kek_credential: kek}", "exclude each other"),
            (3, "keys: {kek_credential: a/b}", "without a slash"), (3, "keys: {}", "is required"),
            (3, "keys: {kek_file: /var/lib/tenure/kek}", "inside `store.data`"),
            (4, "ca: {trust_domain: Example.org, profiles: /p}", "in lower case"),
            (4, "ca: {trust_domain: example.org, profiles: /p, issuing_key: rsa2048}", "must be p256 or p384"),
            (5, "audit: {witness_file: /var/lib/tenure/w}", "inside `store.data`"),
            (0, "listen: {address: \"127.0.0.1\", url: \"https://a\", names: [a]}", "HOST:PORT"),
            (0, "listen: {address: \"a.example:1\", url: \"https://a\", names: [a]}", "HOST:PORT"),
            (0, "listen: {address: \"127.0.0.1:1\", url: \"http://a\", names: [a]}", "must be https://"),
            (0, "listen: {address: \"127.0.0.1:1\", url: \"https://a/\", names: [a]}", "without a path"),
            (0, "listen: {address: \"127.0.0.1:1\", url: \"https://a\", names: []}", "1 to 16 names"),
            (0, "listen: {address: \"127.0.0.1:1\", url: \"https://a\", names: [\"*.a\"]}", "no DNS name"),
            (
                0, "listen: {address: \"127.0.0.1:1\", url: \"https://a\", names: [a], tls_min_version: \"1.1\"}",
                "\"1.3\" or \"1.2\""
            ),
        ])
    func meaningless(_ place: Int, _ line: String, _ expected: String) {
        var lines = Self.required
        lines[place] = line
        let message = Self.fault(lines)
        #expect(message.hasPrefix("\(Self.file):\(place + 1):") && message.contains(expected), "\(message)")
    }

    @Test("a configuration that others may read is not read")
    func readable() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("tenured.yaml", Self.required.joined(separator: "\n"), mode: 0o640)
        let failure = #expect(throws: StartFailure.self) { try ServerConfiguration.read(path) }
        #expect(failure?.message.contains("chmod 600 \(path)") == true)
    }

    @Test(
        "dev listens on loopback alone", arguments: ["0.0.0.0:0", "10.0.0.1:1", "[::]:1", "192.168.1.1:8443"])
    func loopback(_ listen: String) {
        let failure = #expect(throws: StartFailure.self) {
            try DevelopmentOptions(
                data: nil, listen: listen, plain: "127.0.0.1:0", readyFile: nil, store: "sqlite",
                profiles: Repository.path + "/ca/profiles")
        }
        #expect(failure?.exitCode == 2)
    }

    @Test("a store's password is refused on the command line")
    func storePassword() {
        let failure = #expect(throws: StartFailure.self) {
            try DevelopmentOptions(
                data: nil, listen: "127.0.0.1:0", plain: "127.0.0.1:0", readyFile: nil,
                store: "postgresql://tenure:hunter2@db/tenure", profiles: Repository.path + "/ca/profiles")
        }
        #expect(failure?.message.contains("passfile=") == true)
        #expect(failure?.message.contains("hunter2") == false)
    }
}
