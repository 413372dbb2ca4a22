internal import OpenSSLCrypto
internal import SecretMemory
internal import Testing

@Suite("Sealing")
struct SealingTests {
    // McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16.
    @Test(
        "AES-256-GCM gives the known answers of its specification",
        arguments: [
            (
                "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "",
                "530f8afbc74536b9a963b4f1c4cb738b"
            ),
            (
                "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
                "00000000000000000000000000000000", "",
                "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
            ),
            (
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
                """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
                1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
                """,
                "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                """
                522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
                76fc6ece0f4e1768cddf8853bb2d551b
                """
            ),
        ])
    func knownAnswers(key: String, nonce: String, plaintext: String, associated: String, sealed: String) throws {
        let box = try SealedBox.seal(
            secret(hex(plaintext)), with: secret(hex(key)), associatedData: hex(associated), nonce: hex(nonce))
        #expect(box == hex(nonce) + hex(sealed))
        let opened = try SealedBox.open(box, with: secret(hex(key)), associatedData: hex(associated))
        #expect(revealed(opened) == hex(plaintext))
    }

    @Test("T37 a box with any bit flipped, a byte less or more, does not open")
    func tampered() throws {
        let key = try SecureRandom.secret(32)
        let box = try SealedBox.seal(secret(Array("wrapped".utf8)), with: key, associatedData: [1])
        for index in box.indices {
            var wrong = box
            wrong[index] ^= 0x10
            #expect(throws: CryptoError.self) { try SealedBox.open(wrong, with: key, associatedData: [1]) }
            let cut = Array(box.prefix(index))
            #expect(throws: CryptoError.self) { try SealedBox.open(cut, with: key, associatedData: [1]) }
        }
        #expect(throws: CryptoError.self) { try SealedBox.open(box + [0], with: key, associatedData: [1]) }
    }

    @Test("T37 a box opens under its own key and associated data alone")
    func swapped() throws {
        let key = try SecureRandom.secret(32)
        let box = try SealedBox.seal(secret([1, 2, 3]), with: key, associatedData: [1])
        #expect(throws: CryptoError.self) { try SealedBox.open(box, with: key, associatedData: [2]) }
        #expect(throws: CryptoError.self) { try SealedBox.open(box, with: key, associatedData: []) }
        let other = try SecureRandom.secret(32)
        #expect(throws: CryptoError.self) { try SealedBox.open(box, with: other, associatedData: [1]) }
    }

    @Test("an empty secret is sealed and opened like any other")
    func empty() throws {
        let key = try SecureRandom.secret(32)
        let box = try SealedBox.seal(secret([]), with: key, associatedData: [])
        #expect(box.count == SealedBox.overhead)
        #expect(try SealedBox.open(box, with: key, associatedData: []).count == 0)
    }

    @Test("keys and nonces of other lengths are refused")
    func lengths() throws {
        let key = try SecureRandom.secret(32)
        for count in [0, 16, 31, 33] {
            let wrong = try SecureRandom.secret(count)
            #expect(throws: CryptoError.self) { try SealedBox.seal(key, with: wrong, associatedData: []) }
            let box = [UInt8](repeating: 0, count: 40)
            #expect(throws: CryptoError.self) { try SealedBox.open(box, with: wrong, associatedData: []) }
        }
        for count in [0, 11, 13, 16] {
            let nonce = [UInt8](repeating: 0, count: count)
            #expect(throws: CryptoError.self) { try SealedBox.seal(key, with: key, associatedData: [], nonce: nonce) }
        }
    }

    @Test("two boxes of the same secret differ, since each has a nonce of its own")
    func nonces() throws {
        let key = try SecureRandom.secret(32)
        let boxes = try (0..<64).map { _ in try SealedBox.seal(key, with: key, associatedData: []) }
        #expect(Set(boxes.map { Array($0.prefix(12)) }).count == 64)
    }
}

@Suite("Randomness")
struct SecureRandomTests {
    @Test("random bytes come in the number asked for and do not repeat", arguments: [0, 1, 16, 1000])
    func counts(count: Int) throws {
        #expect(try SecureRandom.bytes(count).count == count)
        #expect(try SecureRandom.secret(count).count == count)
        if count >= 16 {
            #expect(try SecureRandom.bytes(count) != SecureRandom.bytes(count))
            #expect(try !SecureRandom.secret(count).equals(SecureRandom.secret(count)))
        }
    }
}
