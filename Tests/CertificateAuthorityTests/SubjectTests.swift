internal import CertificateAuthority
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@Suite("Names of certificates")
struct SubjectTests {
    @Test("NAME and ENVIRONMENT are replaced, and a workload has its SPIFFE id")
    func replaced() throws {
        let subject = try Workshop().subject("checkout")
        #expect(subject.commonName == "checkout")
        #expect(
            subject.dnsNames.map(\.text) == ["checkout.example.internal", "checkout.production.example.internal"])
        #expect(subject.uri == "spiffe://example.org/env/production/wl/checkout")
        #expect(subject.addresses.isEmpty)
    }

    @Test("a constraint narrows the names, and adds none")
    func narrowed() throws {
        let workshop = try Workshop()
        let constraints = EntitlementConstraints(names: ["NAME.example.internal", "other.example.internal", "*"])
        let subject = try workshop.subject("checkout", constraints: constraints)
        #expect(subject.dnsNames.map(\.text) == ["checkout.example.internal"])
        let none = try workshop.subject("checkout", constraints: EntitlementConstraints(names: []))
        #expect(none.dnsNames.isEmpty)
        #expect(none.uri != nil)
    }

    @Test("without any name left there is no subject")
    func noNames() throws {
        let workshop = try Workshop()
        var profile = workshop.profile
        profile.spiffe = false
        #expect(throws: SubjectRefusal.noNames) {
            try CertificateSubject(
                profile: profile, identity: Workshop.identity(), environment: EnvironmentName("production"),
                constraints: EntitlementConstraints(names: ["other.example.internal"]),
                trustDomain: TrustDomain("example.org"))
        }
    }

    @Test("names are bounded, and a name that is given twice stands there once")
    func bounded() throws {
        let workshop = try Workshop()
        var profile = workshop.profile
        profile.names = (0...CertificateSubject.namesMax).map { "n\($0).NAME.example.internal" }
        #expect(throws: SubjectRefusal.tooManyNames) {
            try CertificateSubject(
                profile: profile, identity: Workshop.identity(), environment: EnvironmentName("production"),
                constraints: .unconstrained, trustDomain: TrustDomain("example.org"))
        }
        let local = try DNSName("localhost")
        let address = try NetworkAddress("::1")
        let subject = try CertificateSubject(serverNames: [local, local], addresses: [address, address])
        #expect(subject.dnsNames == [local])
        #expect(subject.addresses == [address])
        #expect(throws: SubjectRefusal.noNames) { try CertificateSubject(serverNames: [], addresses: [address]) }
        #expect(throws: SubjectRefusal.tooManyNames) {
            try CertificateSubject(
                serverNames: [DNSName](repeating: local, count: CertificateSubject.namesMax + 1), addresses: [])
        }
    }

    @Test("a person gets no SPIFFE id of a workload")
    func person() throws {
        let workshop = try Workshop()
        let person = Identity(
            id: .person(PersonID(high: 0x7000, low: 1 << 63)), number: 3, version: 1, name: try Name("ada"),
            state: .active, body: .person)
        let subject = try CertificateSubject(
            profile: workshop.profile, identity: person, environment: EnvironmentName("production"),
            constraints: .unconstrained, trustDomain: TrustDomain("example.org"))
        #expect(subject.uri == nil)
    }

    @Test("a name that ends in a hyphen makes no DNS name")
    func hyphen() throws {
        let workshop = try Workshop()
        #expect(throws: SubjectRefusal.malformedName("NAME.example.internal")) { try workshop.subject("checkout-") }
    }

    @Test(
        "texts that are no DNS name are refused",
        arguments: [
            "", ".", "a..b", "a.", ".a", "-a.b", "a-.b", "a.-b", "a.b-", "*.a", "a b", "A.b", "a_b", "a.1", "10.0.0.1",
            "ä.b", "a\u{0}b", "\u{212A}.b", String(repeating: "a", count: 64) + ".b",
            String(repeating: "a.", count: 126) + "aa",
        ])
    func badDNSNames(_ text: String) {
        #expect(throws: DNSNameError.malformed) { try DNSName(text) }
    }

    @Test(
        "DNS names are accepted as they are",
        arguments: [
            "localhost", "a", "a.b", "1a.b", "1.b", "a--b.c", "xn--bcher-kva.example", "a.b1",
            String(repeating: "a", count: 63) + ".b", String(repeating: "a.", count: 126) + "a",
        ])
    func goodDNSNames(_ text: String) throws {
        #expect(try DNSName(text).text == text)
    }

    @Test(
        "addresses are read as octets",
        arguments: [
            ("127.0.0.1", [127, 0, 0, 1]), ("::1", [UInt8](repeating: 0, count: 15) + [1]),
            ("::", [UInt8](repeating: 0, count: 16)),
            ("2001:db8::a:1", [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0A, 0, 1]),
            ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("1:2:3:4:5:6:7::", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]),
        ])
    func goodAddresses(_ text: String, _ octets: [UInt8]) throws {
        #expect(try NetworkAddress(text).octets == octets)
    }

    @Test(
        "texts that are no address are refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.+4", "1..2.3", ":", ":::", "1::2::3", "1:2",
            "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1%eth0", "1:2:3:4:5:6:7:8::", "::ffff:1.2.3.4",
        ])
    func badAddresses(_ text: String) {
        #expect(throws: NetworkAddressError.malformed) { try NetworkAddress(text) }
    }

    @Test(
        "addresses to publish under are plain HTTP",
        arguments: [
            "", "http://", "http:///", "https://a", "ftp://a", "http://a b", "http://a?x", "http://a#x", "http://ä",
        ])
    func badPublicationPoints(_ text: String) {
        #expect(throws: PublicationPointError.malformed) { try PublicationPoint(httpURL: text) }
    }
}
