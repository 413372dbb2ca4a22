internal import Foundation
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureAPI
internal import Testing

@Suite("Certificates by command line")
struct CertificateCommandTests {
    private static let answer =
        #"""
        {"id":"crd_1","certificate":"LEAF\n","chain":["ISSUER\n"],"serial":"0a","not_before":"b",\#
        "not_after":"a","identity":"workload/a","owner":"person/b","entitlement":"ent_1@1"}
        """#

    private static let script: LoopbackBroker.Script = { asked in
        asked.path == "/ca/root.pem" ? .init(body: "ROOT\n") : .init(status: 201, body: answer)
    }

    @Test("the key is made here, and only a request for it is sent")
    func issue() async throws {
        try await LoopbackBroker.with(Self.script) { broker in
            try await Scratch.with { path in
                let outcome = try await CommandLine.run(
                    ["cert", "issue", "--profile", "service-tls", "--out", path + "/tls", "--ttl", "1h"],
                    environment: ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"])
                #expect(outcome.status == 0, "\(outcome.errors)")
                let files = try ["cert.pem", "chain.pem", "ca.pem"].map { try Scratch.read(path + "/tls/" + $0) }
                #expect(files == ["LEAF\nISSUER\n", "ISSUER\n", "ROOT\n"])
                #expect(try Scratch.mode(path + "/tls/key.pem") == 0o600)
                let keyText = try Scratch.read(path + "/tls/key.pem")
                var bytes = Array(keyText.utf8)
                let key = try PrivateKey(pem: SecretBytes(wiping: &bytes))
                let body = try #require(broker.asked.first?.body)
                let sent = try JSONDecoder().decode(IssueCertificateBody.self, from: Data(body.utf8))
                #expect(sent.ttlSeconds == 3600)
                let der = try PEM.decode(Array(sent.csr.utf8), label: PEM.certificationRequest)
                let request = try CertificationRequest(parsingDER: der)
                #expect(request.publicKey == key.publicKey)
                for asked in broker.asked { #expect(!asked.body.contains("PRIVATE KEY")) }
                #expect(!outcome.output.contains("PRIVATE KEY") && !outcome.errors.contains("PRIVATE KEY"))
            }
        }
    }

    @Test("a dry run writes nothing")
    func dryRun() async throws {
        try await LoopbackBroker.with(Self.script) { broker in
            try await Scratch.with { path in
                let outcome = try await CommandLine.run(
                    ["cert", "issue", "--profile", "p", "--out", path + "/tls", "--dry-run"],
                    environment: ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"])
                #expect(outcome.status == 0)
                #expect(try Scratch.names(path).isEmpty)
                #expect(broker.asked.map(\.path) == ["/api/v1/certificates"])
            }
        }
    }

    @Test("a refusal leaves what is there, and no half of anything")
    func refused() async throws {
        try await Scratch.with { path in
            let environment = ["TENURE_TOKEN": "t"]
            let issue = ["cert", "issue", "--profile", "p", "--out", path + "/tls"]
            try await LoopbackBroker.with(Self.script) { broker in
                _ = try await CommandLine.run(
                    issue, environment: environment.merging(["TENURE_ADDR": broker.address]) { $1 })
            }
            let before = try Scratch.read(path + "/tls/key.pem")
            try await LoopbackBroker.with { _ in
                .init(status: 403, body: "{}")
            } _: { broker in
                let outcome = try await CommandLine.run(
                    issue, environment: environment.merging(["TENURE_ADDR": broker.address]) { $1 })
                #expect(outcome.status == TenureAPI.ExitStatus.refused.rawValue)
            }
            #expect(try Scratch.read(path + "/tls/key.pem") == before)
        }
    }

    @Test("the request of a key that lies elsewhere goes to a folder without a key")
    func foreignKey() async throws {
        try await LoopbackBroker.with(Self.script) { broker in
            try await Scratch.with { path in
                let environment = ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"]
                try Scratch.write("CSR", to: path + "/csr.pem")
                let issue = ["cert", "issue", "--profile", "p", "--csr", path + "/csr.pem", "--out", path + "/tls"]
                #expect(try await CommandLine.run(issue, environment: environment).status == 0)
                #expect(try !Scratch.names(path + "/tls").contains("key.pem"))
                try Scratch.write("another's", to: path + "/tls/key.pem")
                #expect(
                    try await CommandLine.run(issue, environment: environment).status
                        == TenureAPI.ExitStatus.usage.rawValue)
                #expect(try Scratch.read(path + "/tls/key.pem") == "another's")
            }
        }
    }
}
