internal import TenureModel
internal import Testing

@testable internal import Federation

@Suite("Where keys are fetched from")
struct KeyAddressTests {
    @Test(
        "an https address is taken apart",
        arguments: [
            ("https://issuer.example/jwks", "issuer.example", 443, "/jwks"),
            ("https://Issuer.Example", "issuer.example", 443, "/"),
            ("https://a-b.example:8443/x?y=%2f", "a-b.example", 8443, "/x?y=%2f"), ("https://a?b", "a", 443, "/?b"),
            ("https://10.0.0.1:6443/openid/v1/jwks", "10.0.0.1", 6443, "/openid/v1/jwks"),
            ("https://[2001:db8::1]:443/", "2001:db8::1", 443, "/"), ("https://localhost:1/", "localhost", 1, "/"),
        ] as [(String, String, Int, String)])
    func parsed(_ text: String, _ host: String, _ port: Int, _ target: String) throws {
        let url = try #require(KeyURL(text))
        #expect(url.host == host && url.port == port && url.target == target && url.text == text)
        #expect((url.address != nil) == (host.contains(":") || host.hasPrefix("10.")))
    }

    @Test(
        "T16 everything but plain https is refused",
        arguments: [
            "http://issuer.example/", "HTTPS://issuer.example/", "https:/issuer.example", "https://", "https:///jwks",
            "ftp://a/",
            "file:///etc/passwd", "https://user@issuer.example/", "https://user:pw@issuer.example/",
            "https://issuer.example/#x",
            "https://issuer.example\\@evil.example/", "https://issuer.example:0/", "https://issuer.example:65536/",
            "https://issuer.example:/", "https://issuer.example:+1/", "https://issuer.example:08/", "https://a..b/",
            "https://.a/",
            "https://a./", "https://-a/", "https://a-/", "https://is%73uer.example/", "https://issuer.example/ x",
            "https://issuer.example/\n", "https://issüer.example/", "https://[::1/", "https://[issuer.example]/",
            "https://[1.2.3.4]/",
            "https://[::1]x/", "https://[fe80::1%25eth0]/", "https://127.1/", "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0x7f000001/", "https://017700000001/", "https://1.2.3.256/", "https://a.0x1/", "",
        ])
    func refused(_ text: String) throws {
        #expect(KeyURL(text) == nil)
        let rule = try KeyAddressRule(networks: ["0.0.0.0/7", "127.0.0.0/8"])
        #expect(throws: KeyAddressRefusal.notHTTPS) { try rule.url(text) }
    }

    @Test("T16 a public address is fetched, any other only where the trust lists its network")
    func networks() throws {
        let closed = try KeyAddressRule(networks: [])
        let open = try KeyAddressRule(networks: ["10.0.0.0/8", "127.0.0.1", "fd00::/8"])
        for address in ["8.8.8.8", "2606:4700::1111"] {
            #expect(throws: Never.self) { try closed.check(IPAddressText(address)) }
        }
        for address in ["10.0.0.1", "::ffff:10.0.0.1", "127.0.0.1", "fd12::1"] {
            let parsed = try IPAddressText(address)
            #expect(throws: KeyAddressRefusal.notPublic(parsed.text)) { try closed.check(parsed) }
            #expect(throws: Never.self) { try open.check(parsed) }
        }
        for address in ["127.0.0.2", "192.168.0.1", "::1", "fc00::1", "0.0.0.0", "100.64.0.1"] {
            #expect(throws: KeyAddressRefusal.notPublic(address)) { try open.check(IPAddressText(address)) }
        }
        #expect(throws: KeyAddressRefusal.notPublic("10.0.0.1")) { try closed.url("https://10.0.0.1/") }
        #expect(throws: Never.self) { try open.url("https://10.0.0.1/") }
    }

    @Test(
        "T16 a metadata address is never fetched, in no spelling and whatever the trust lists",
        arguments: [
            "169.254.169.254", "169.254.0.1", "::ffff:169.254.169.254", "fe80::a9fe:a9fe", "fd00:ec2::254",
            "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::",
        ])
    func metadata(_ text: String) throws {
        let rule = try KeyAddressRule(networks: [
            "169.254.0.0/16", "fe80::/10", "fd00:ec2::254", "64:ff9b::/96", "2002::/16",
        ])
        let address = try IPAddressText(text)
        #expect(throws: KeyAddressRefusal.metadata(address.text)) { try rule.check(address) }
    }

    @Test("a network that is malformed or holds nearly everything is refused")
    func badNetworks() {
        #expect(throws: KeyAddressRefusal.malformedNetwork("10.0.0.1/8")) {
            try KeyAddressRule(networks: ["10.0.0.1/8"])
        }
        #expect(throws: KeyAddressRefusal.malformedNetwork("all")) {
            try KeyAddressRule(networks: ["fd00::/8", "all"])
        }
        for text in ["0.0.0.0/0", "::/0", "128.0.0.0/1", "0.0.0.0/6"] {
            #expect(throws: KeyAddressRefusal.networkTooWide(text)) { try KeyAddressRule(networks: [text]) }
        }
    }

    @Test("discovery gives the key address of exactly the issuer that was asked for")
    func discovery() throws {
        #expect(DiscoveryDocument.url(of: "https://a.example") == "https://a.example/.well-known/openid-configuration")
        #expect(
            DiscoveryDocument.url(of: "https://a.example/x/") == "https://a.example/x/.well-known/openid-configuration")
        func address(_ text: String) throws(DiscoveryFault) -> String {
            try DiscoveryDocument.keyAddress(in: Array(text.utf8), issuer: "https://a.example")
        }
        let whole = #"{"issuer":"https://a.example","jwks_uri":"https://a.example/keys","scopes_supported":["openid"]}"#
        #expect(try address(whole) == "https://a.example/keys")
        for other in ["https://a.example/", "https://A.example", "https://b.example", ""] {
            #expect(throws: DiscoveryFault.otherIssuer) {
                try address(#"{"issuer":"\#(other)","jwks_uri":"https://a.example/k"}"#)
            }
        }
        #expect(throws: DiscoveryFault.otherIssuer) { try address(#"{"jwks_uri":"https://a.example/k"}"#) }
        #expect(throws: DiscoveryFault.noKeyAddress) { try address(#"{"issuer":"https://a.example"}"#) }
        #expect(throws: DiscoveryFault.noKeyAddress) {
            try address(#"{"issuer":"https://a.example","jwks_uri":["x"]}"#)
        }
        #expect(throws: DiscoveryFault.self) { try address("<html>") }
        #expect(throws: DiscoveryFault.tooLarge) { try address(whole + String(repeating: " ", count: 65_536)) }
    }
}
