internal import OpenSSLCrypto
internal import SecretMemory
internal import Testing

@Suite("HMAC and HKDF")
struct MACTests {
    // RFC 4231, sections 4.2 to 4.8 (4.6 is about a cut tag, which this interface does not make).
    @Test(
        "HMAC-SHA-256 gives the known answers of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                Array(1...25), [UInt8](repeating: 0xCD, count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array(
                    """
                    This is a test using a larger than block-size key and a larger than block-size data. \
                    The key needs to be hashed before being used by the HMAC algorithm.
                    """.utf8),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ])
    func hmac(key: [UInt8], message: [UInt8], tag: String) throws {
        let key = try HMACKey(secret(key))
        for _ in 0..<2 {
            #expect(try key.authenticate(message) == hex(tag))
        }
        #expect(try key.authenticate(([1] + message).dropFirst()) == hex(tag))
        #expect(try key.isValid(hex(tag), for: message))
    }

    @Test("a tag with any byte changed, cut, extended or empty is not valid")
    func wrongTags() throws {
        let key = try HMACKey(secret([1, 2, 3]))
        let message = Array("message".utf8)
        let tag = try key.authenticate(message)
        #expect(try key.isValid(tag, for: message[...]))
        for index in tag.indices {
            var wrong = tag
            wrong[index] ^= 1
            #expect(try !key.isValid(wrong, for: message[...]))
            #expect(try !key.isValid(Array(tag.prefix(index)), for: message[...]))
        }
        #expect(try !key.isValid(tag + [0], for: message[...]))
        #expect(try !key.isValid(tag, for: message.dropLast()))
    }

    @Test("empty keys and messages have tags of their own")
    func empties() throws {
        let key = try HMACKey(secret([]))
        #expect(
            try key.authenticate([] as [UInt8])
                == hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"))
    }

    // RFC 5869, appendix A.1 to A.3.
    @Test(
        "HKDF gives the known answers of RFC 5869",
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 22), Array(0x00...0x0C), Array(0xF0...0xF9), 42,
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
            ),
            (
                Array(0x00...0x4F), Array(0x60...0xAF), Array(0xB0...0xFF), 82,
                """
                b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09
                da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87
                """
            ),
            (
                [UInt8](repeating: 0x0B, count: 22), [], [], 42,
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
            ),
        ] as [([UInt8], [UInt8], [UInt8], Int, String)])
    func hkdf(key: [UInt8], salt: [UInt8], info: [UInt8], count: Int, output: String) throws {
        let derived = try HKDF.sha256(secret: secret(key), salt: salt, info: info, count: count)
        #expect(revealed(derived) == hex(output))
    }

    @Test("HKDF refuses more output than 255 blocks")
    func hkdfTooLong() throws {
        let key = secret([1, 2, 3])
        #expect(try HKDF.sha256(secret: key, salt: [], info: [], count: 8_160).count == 8_160)
        #expect(throws: CryptoError.self) { try HKDF.sha256(secret: key, salt: [], info: [], count: 8_161) }
    }
}
