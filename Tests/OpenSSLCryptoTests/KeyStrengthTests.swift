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
