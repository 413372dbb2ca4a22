internal import Federation
internal import NIOHTTP1
internal import NIOPosix
internal import TenureModel
internal import Testing

@testable internal import TenureServer

@Suite("Fetching the keys of an issuer")
struct KeySetFetcherTests {
    private func trust(
        _ url: String, ca: String? = nil, networks: [String] = ["127.0.0.0/8"], issuer: String = "https://issuer.test",
        discovers: Bool = false
    ) -> OIDCTrust {
        OIDCTrust(
            preset: nil, issuer: issuer, keys: discovers ? .discovery : .url(url), caPEM: ca, networks: networks,
            audience: "tenure", conditions: [ClaimCondition(claim: "sub", value: .text("a"))], presentations: .once)
    }

    private func fetch(
        _ trust: OIDCTrust, resolvingTo addresses: [String] = ["127.0.0.1"]
    ) async throws(KeySourceError) -> [UInt8] {
        let fetcher = KeySetFetcher(
            // No test here waits for the deadline: on a busy machine an answer may take long.
            seconds: 300, group: MultiThreadedEventLoopGroup.singleton,
            resolve: { (host, _) async throws(KeySourceError) in
                guard host == LocalIssuer.host else { throw .unreachable("another host was asked for") }
                return addresses.compactMap { try? IPAddressText($0) }
            })
        return try await fetcher.fetch(trust)
    }

    private func failure(_ trust: OIDCTrust, resolvingTo addresses: [String] = ["127.0.0.1"]) async -> KeySourceError? {
        do throws(KeySourceError) {
            _ = try await fetch(trust, resolvingTo: addresses)
            return nil
        } catch {
            return error
        }
    }

    @Test("keys come from the address that was checked, under the CA of the trust")
    func fetches() async throws {
        let issuer = try await LocalIssuer.start(body: Array("{\"keys\":[]}".utf8))
        let url = "https://ISSUER.test:\(issuer.port)/jwks"
        let bytes = try await fetch(trust(url, ca: issuer.caPEM))
        #expect(bytes == Array("{\"keys\":[]}".utf8))
        try await issuer.stop()
    }

    @Test("T16 a redirect is not followed", arguments: [301, 302, 307, 308])
    func redirect(_ status: Int) async throws {
        let target = try await LocalIssuer.start()
        let issuer = try await LocalIssuer.start(
            status: .init(statusCode: status), location: "https://issuer.test:\(target.port)/jwks")
        #expect(await failure(trust("https://issuer.test:\(issuer.port)/jwks", ca: issuer.caPEM)) == .status(status))
        try await issuer.stop()
        try await target.stop()
    }

    @Test("T16 an answer of more bytes than a key set may have is cut off")
    func tooLarge() async throws {
        let most = try await LocalIssuer.start(body: Array(repeating: 0x20, count: KeySetText.bytesMax))
        let bytes = try await fetch(trust("https://issuer.test:\(most.port)/jwks", ca: most.caPEM))
        #expect(bytes.count == KeySetText.bytesMax)
        try await most.stop()
        let issuer = try await LocalIssuer.start(body: Array(repeating: 0x20, count: KeySetText.bytesMax + 1))
        #expect(await failure(trust("https://issuer.test:\(issuer.port)/jwks", ca: issuer.caPEM)) == .tooLarge)
        try await issuer.stop()
    }

    @Test("an answer that is not 200 gives no keys", arguments: [204, 404, 500])
    func status(_ status: Int) async throws {
        let issuer = try await LocalIssuer.start(status: .init(statusCode: status), body: [])
        #expect(await failure(trust("https://issuer.test:\(issuer.port)/jwks", ca: issuer.caPEM)) == .status(status))
        try await issuer.stop()
    }

    @Test(
        "T16 a name that leads to an address outside the public ranges is not connected to",
        arguments: [
            ["127.0.0.1"], ["10.0.0.1"], ["::1"], ["8.8.8.8", "127.0.0.1"],
        ])
    func notPublic(_ addresses: [String]) async throws {
        let issuer = try await LocalIssuer.start()
        let trust = trust("https://issuer.test:\(issuer.port)/jwks", ca: issuer.caPEM, networks: [])
        guard case .refused(.notPublic) = await failure(trust, resolvingTo: addresses) else {
            Issue.record("an address that is not public was accepted")
            return
        }
        try await issuer.stop()
    }

    @Test("T16 an address where a cloud hands out credentials is never connected to, whatever `networks` says")
    func metadata() async {
        let trust = trust("https://issuer.test/jwks", networks: ["169.254.0.0/16"])
        #expect(await failure(trust, resolvingTo: ["169.254.169.254"]) == .refused(.metadata("169.254.169.254")))
        let direct = self.trust("https://169.254.169.254/jwks", networks: ["169.254.0.0/16"])
        #expect(await failure(direct) == .refused(.metadata("169.254.169.254")))
    }

    @Test("T16 keys are not fetched without TLS")
    func plain() async {
        #expect(await failure(trust("http://issuer.test/jwks")) == .refused(.notHTTPS))
    }

    @Test("a certificate of another CA, or for another name, is not believed")
    func otherCertificate() async throws {
        let issuer = try await LocalIssuer.start()
        let other = try await LocalIssuer.start()
        let refused = KeySourceError.unreachable("no TLS connection with a certificate that is trusted for this host")
        #expect(await failure(trust("https://issuer.test:\(issuer.port)/jwks", ca: other.caPEM)) == refused)
        #expect(await failure(trust("https://127.0.0.1:\(issuer.port)/jwks", ca: issuer.caPEM)) == refused)
        // Without a CA of the trust's own, the system's roots decide, and this one is none of them.
        #expect(await failure(trust("https://issuer.test:\(issuer.port)/jwks")) == refused)
        try await issuer.stop()
        try await other.stop()
    }

    @Test("metadata of another issuer gives no keys")
    func discovery() async throws {
        let document = #"{"issuer":"https://other.test","jwks_uri":"https://issuer.test/jwks"}"#
        let issuer = try await LocalIssuer.start(body: Array(document.utf8))
        let trust = trust(
            "", ca: issuer.caPEM, issuer: "https://issuer.test:\(issuer.port)", discovers: true)
        #expect(await failure(trust) == .discovery(.otherIssuer))
        try await issuer.stop()
    }

    @Test("the next address of a name is tried where one does not answer")
    func nextAddress() async throws {
        let issuer = try await LocalIssuer.start()
        let bytes = try await fetch(
            trust("https://issuer.test:\(issuer.port)/jwks", ca: issuer.caPEM),
            resolvingTo: ["127.0.0.2", "127.0.0.1"])
        #expect(bytes == Array("{}".utf8))
        try await issuer.stop()
    }
}
