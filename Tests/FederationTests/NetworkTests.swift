internal import TenureModel
internal import Testing

@Suite("Addresses and blocks")
struct NetworkTests {
    @Test(
        "an address is read and shown in its canonical form",
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("10.1.2.3", "10.1.2.3"), ("::", "::"),
            ("::1", "::1"), ("2001:DB8::1", "2001:db8::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:0:0:4:0:0:0:8", "1:0:0:4::8"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("::ffff:1.2.3.4", "::ffff:1.2.3.4"), ("::FFFF:102:304", "::ffff:1.2.3.4"),
            ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
        ])
    func canonical(_ text: String, _ expected: String) throws {
        let address = try IPAddressText(text)
        #expect(address.text == expected)
        #expect(try IPAddressText(bytes: address.bytes) == address)
        #expect(try IPAddressText(address.text) == address)
    }

    @Test(
        "what is no canonical address is refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "127.1", "0x7f.0.0.1",
            "0177.0.0.1",
            "2130706433", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n", "1..3.4", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
            ":1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8:", "1:2:3:4:5:6:7:8:9", "::1:2:3:4:5:6:7:8", "12345::", "g::", "fe80::1%eth0", "::1.2.3",
            "1.2.3.4::",
            "::1.2.3.4:5", "[::1]", "1.2.3.４", "::ffff:1.2.3.4.5",
        ])
    func malformedAddress(_ text: String) {
        #expect(throws: NetworkTextError.malformed) { try IPAddressText(text) }
    }

    @Test("T16 a block holds exactly its addresses, mapped forms included")
    func contains() throws {
        let block = try NetworkBlock("10.128.0.0/9")
        for inside in ["10.128.0.0", "10.255.255.255", "::ffff:10.200.0.1"] {
            #expect(block.contains(try IPAddressText(inside)))
        }
        for outside in ["10.127.255.255", "11.0.0.0", "::10.200.0.1", "2001:db8::1"] {
            #expect(!block.contains(try IPAddressText(outside)))
        }
        let six = try NetworkBlock("2001:db8:8000::/33")
        #expect(six.contains(try IPAddressText("2001:db8:ffff::1")))
        #expect(!six.contains(try IPAddressText("2001:db8:7fff::1")))
        let low = try NetworkBlock("2001:db8::8000:0:0:0/65")
        #expect(low.contains(try IPAddressText("2001:db8::ffff:0:0:1")))
        #expect(!low.contains(try IPAddressText("2001:db8::7fff:0:0:1")))
        #expect(try NetworkBlock("0.0.0.0/0").contains(try IPAddressText("255.0.0.1")))
        #expect(try !NetworkBlock("::/0").contains(try IPAddressText("::ffff:1.2.3.4")))
        #expect(try NetworkBlock("1.2.3.4").text == "1.2.3.4/32")
        #expect(try NetworkBlock("::1").contains(try IPAddressText("::1")))
        #expect(try NetworkBlock("::ffff:10.0.0.0/104") == NetworkBlock("10.0.0.0/8"))
    }

    @Test(
        "what is no block is refused",
        arguments: [
            "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "::/0128",
            "a/8",
            "::ffff:0:0/95",
        ])
    func malformedBlock(_ text: String) { #expect(throws: NetworkTextError.malformed) { try NetworkBlock(text) } }

    @Test(
        "a block whose host bits are set is refused", arguments: ["10.0.0.1/8", "192.168.1.128/24", "2001:db8::1/64"])
    func hostBits(_ text: String) { #expect(throws: NetworkTextError.hostBits) { try NetworkBlock(text) } }

    @Test(
        "T16 every address has the reach of its registry entry",
        arguments: [
            ("8.8.8.8", .global), ("1.1.1.1", .global), ("172.15.255.255", .global), ("172.32.0.0", .global),
            ("2606:4700::1111", .global),
            ("127.0.0.1", .loopback), ("127.255.0.1", .loopback), ("::1", .loopback), ("::ffff:127.0.0.1", .loopback),
            ("169.254.169.254", .metadata), ("169.254.0.1", .metadata), ("::ffff:169.254.169.254", .metadata),
            ("fe80::1", .metadata),
            ("febf::1", .metadata), ("fd00:ec2::254", .metadata), ("64:ff9b::a9fe:a9fe", .metadata),
            ("2002:a9fe:a9fe::1", .metadata),
            ("::169.254.169.254", .metadata), ("168.63.129.16", .metadata), ("100.100.100.200", .metadata),
            ("10.0.0.1", .special), ("100.64.0.1", .special), ("172.16.0.1", .special), ("172.31.255.255", .special),
            ("192.168.0.1", .special), ("0.0.0.0", .special), ("224.0.0.1", .special), ("255.255.255.255", .special),
            ("198.19.0.1", .special), ("::ffff:10.0.0.1", .special), ("::", .special), ("fc00::1", .special),
            ("fec0::1", .special),
            ("ff02::1", .special), ("2001:db8::1", .special), ("2001::1", .special), ("2002:0808:0808::1", .special),
            ("64:ff9b::808:808", .special),
        ] as [(String, AddressReach)])
    func reach(_ text: String, _ expected: AddressReach) throws { #expect(try IPAddressText(text).reach == expected) }
}
