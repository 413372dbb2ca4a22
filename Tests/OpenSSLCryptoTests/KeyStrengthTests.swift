internal import OpenSSLCrypto
internal import Testing

/// Keys that are well formed and can be broken.
enum WeakKeys {
    /// A modulus of two primes of 1,024 bits of which one is the next prime after the other plus 2^100.
    static let closePrimes = hex(
        """
        a70b484e5e5be1518b368cc001d269ad60a43dbbc91a78ddb678ae0749b10665056a1cbaa1f665d7eb9733f629299f16
        af7dfc898f7402ae8018f1db687d6c36b905ce685df25ef5fe305e9332000a780eb840b80c893bf10c45c24bfc28fde2
        6bfcdcfa679be2bd4107c03ccee6652064f8168dfd8ca8b3080deef04bdc8852c1adbf0b6444a07b14a25b365a00ae18
        6a97ba4eaa242d434eda50622d46f8933c4d90f2cbf6c57d856df1aa58a0855f411bfca5759f060575c11e51010bb119
        141e911dfa2124bda12d5fc6895d7a7286e7b5de0ea879b46589705ec51db1f0e6d7b3059d9c6b8cb3eaba156ead01a6
        0397000ddabe8998ee06aaeee8cee96f
        """)
    /// A modulus of two primes of the form k·M + (65,537^a mod M), M the product of the first 126 primes.
    static let roca = hex(
        """
        f5c0aa6d0d21476712806f5052b35cae4bd1b2356e6f05aaf2961230932cf3f36da4b456fbce9dc1add0e90fa7ad0acd
        bc8d9b4a348ccb4ba48e5ff6a15dd50d0e4d8f7bbd432620bf5ca223b08d6431420c909616f6c6a0e4537802900cf986
        380ae1d86097300cfe0f8288e6b61829e8d6b56d4cfcd675053281ed3f88d49f9ab2587207488e537b6601ffec083abb
        f6f59bd74eeb55d1740de070fd8cd436e4ad4305d5822dd4ae5f560af8d6921e1b24f4ec65b2c924d6b7958ea8f5b199
        632254921906e72c8ff1d7d0bf81e027a889a16ebf6dfd131c00d08e38a59567b82362ee74c411acf381fa517f6ba1c0
        03b080c3bd751b7408eac77096a7afd1
        """)

    static func all() throws -> [(PublicKey, KeyWeakness)] {
        let strong = try #require(TestKeys.key(.rsa2048).publicKey.rsaModulus)
        var even = strong
        even[255] &= 0xFE
        return [
            (try rsa(closePrimes), .closePrimes), (try rsa(roca), .roca), (try rsa(even), .smallFactor),
            (try rsa(timesThree()), .smallFactor),
            (try PublicKey(ed25519: [UInt8](repeating: 0, count: 32)), .smallOrderPoint),
            (try PublicKey(ed25519: [1] + [UInt8](repeating: 0, count: 31)), .smallOrderPoint),
            (try PublicKey(ed25519: [0xEC] + [UInt8](repeating: 0xFF, count: 31)), .smallOrderPoint),
        ]
    }

    static func rsa(_ modulus: [UInt8]) throws -> PublicKey { try PublicKey(spkiDER: rsaSPKI(modulus: modulus)) }

    /// 2^2047 + 1, which 3 divides.
    private static func timesThree() -> [UInt8] { [0x80] + [UInt8](repeating: 0, count: 254) + [1] }
}

@Suite("Strength of keys")
struct KeyStrengthTests {
    @Test("T21 keys that can be broken are found, each for its own reason")
    func weak() throws {
        for (key, weakness) in try WeakKeys.all() { #expect(KeyStrength.weakness(of: key) == weakness) }
    }

    @Test("keys made here have no known weakness", arguments: KeyKind.allCases)
    func strong(kind: KeyKind) throws {
        #expect(KeyStrength.weakness(of: try TestKeys.key(kind).publicKey) == nil)
    }
}

@Suite("Lists of weak keys")
struct WeakKeyListTests {
    /// A key of Debian's generator (CVE-2008-0166), from the tests of Let's Encrypt's `goodkey`, and its line in the
    /// list of the package `openssl-blacklist`.
    private static let debian = hex(
        """
        d673252af6723c3f72529403eab7c30def3c52f97e799825f4a70191c616adcf1ece1113f1625971074c492c592025fd
        eadbdb146a081826bdf0d77c3c913dcf1b6f0b3b78f5108d2e493ad0eee8ca5c021711adc13d358e61133870fcd19c8e
        5c22403959782aa82e72aee53a3d491e3912ce27b27e1a85ea69c19a527d28f7934c9823b7e56fdd657dac83fdc65bb2
        2a98d843df73238919781b714c81a5e2afec71f5c54aa2a27c590ad94c03c1062d50efcffac743e3c8a3ae056846a1d7
        56eb862bf4224169d467c35215ade0afcc11e85fe629afb802c4786ff2e9c929bccf502b3d3b8876c6a11785cc398b38
        9f1d86bdd9cb0bd4ec13956ec3fa270d
        """)
    private static let line = "8df20e6961a16398b85a"

    private static func list(_ text: String) throws -> WeakKeyList { try WeakKeyList(parsing: Array(text.utf8)) }

    private static func fault(_ text: String) -> WeakKeyListFault? {
        do throws(WeakKeyListFault) {
            _ = try WeakKeyList(parsing: Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test("T21 a key of Debian's generator is found by its line, wherever it stands, and by no other")
    func debianKey() throws {
        let key = try WeakKeys.rsa(Self.debian)
        #expect(WeakKeyList.line(for: key) == Self.line)
        #expect(KeyStrength.weakness(of: key) == nil)
        let others = [
            "00005890bc78bcbee3ca", "8df20e6961a16398b859", "8df20e6961a16398b85b", "8df20e6961a163980000",
            "ffffffffffffffffffff",
        ]
        for place in 0...others.count {
            let before = others.prefix(place)
            let lines = before + [Self.line] + others.dropFirst(place)
            let list = try Self.list("# RSA 2048\n\n" + lines.joined(separator: "\n"))
            #expect(list.count == 6)
            #expect(KeyStrength.weakness(of: key, listedIn: list) == .listed)
        }
        #expect(KeyStrength.weakness(of: key, listedIn: try Self.list(others.joined(separator: "\n"))) == nil)
    }

    @Test("T21 each of many keys is found, and keys of other kinds never are")
    func many() throws {
        let lines = (0..<1_000).map { number in
            String(String(number &* 2_654_435_761, radix: 16).suffix(8)).padded(to: 20)
        }
        let key = try TestKeys.key(.rsa2048).publicKey
        let own = try #require(WeakKeyList.line(for: key))
        #expect(try Self.list((lines + [own]).joined(separator: "\n")).contains(key))
        #expect(try !Self.list(lines.joined(separator: "\n")).contains(key))
        #expect(!WeakKeyList.none.contains(key))
        for kind in [KeyKind.p256, .p384, .ed25519] {
            #expect(try !Self.list(own).contains(try TestKeys.key(kind).publicKey))
        }
    }

    @Test("T21 lists are joined, and what stands in both counts once")
    func joined() throws {
        let one = try Self.list("\(Self.line)\n00000000000000000001\n")
        let other = try Self.list("00000000000000000000\n\(Self.line)\n")
        let both = try WeakKeyList(joining: [one, other])
        #expect(both.text == "00000000000000000000\n00000000000000000001\n\(Self.line)\n")
        #expect(try WeakKeyList(joining: []) == .none)
        #expect(try WeakKeyList(joining: [one, other], countMax: 4).count == 3)
        #expect(throws: WeakKeyListFault.tooMany) { try WeakKeyList(joining: [one, other], countMax: 3) }
    }

    @Test("T21 a list that is malformed is refused with the number of its line")
    func malformed() {
        for bad in [
            "8DF20E6961A16398B85A", "8df20e6961a16398b85", "8df20e6961a16398b85a0", "8df20e6961a16398b85a\r",
            " 8df20e6961a16398b85a", "8df20e6961a16398b85a # why", "8df20e6961a16398b85g", "\u{FEFF}# list",
            "a3853d0c563765e504c18df20e6961a16398b85a", "#" + String(repeating: "x", count: 1_024),
        ] {
            #expect(Self.fault("# first\n\(Self.line)\n\(bad)\n\(Self.line)\n") == .badLine(3), "\(bad)")
        }
        #expect(Self.fault("") == .empty)
        #expect(Self.fault("# nothing\n\n") == .empty)
        let tooLarge = [UInt8](repeating: UInt8(ascii: "\n"), count: WeakKeyList.fileBytesMax + 1)
        #expect(throws: WeakKeyListFault.tooLarge) { try WeakKeyList(parsing: tooLarge) }
    }
}

extension String {
    fileprivate func padded(to count: Int) -> String { String(repeating: "0", count: count - self.count) + self }
}
