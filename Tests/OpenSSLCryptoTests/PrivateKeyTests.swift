internal import OpenSSLCrypto
internal import SecretMemory
internal import Testing

/// One key of each kind, made once: RSA takes its time.
enum TestKeys {
    static let all: [KeyKind: PrivateKey] = {
        var keys: [KeyKind: PrivateKey] = [:]
        for kind in KeyKind.allCases {
            do { keys[kind] = try PrivateKey.generate(kind) } catch { preconditionFailure("\(error)") }
        }
        return keys
    }()

    static func key(_ kind: KeyKind) throws -> PrivateKey { try #require(all[kind]) }
}

@Suite("Private keys")
struct PrivateKeyTests {
    // RFC 8032, section 7.1, tests 1 to 3 and SHA(abc): secret key, public key, message, signature.
    @Test(
        "Ed25519 gives the known answers of RFC 8032",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                """
                e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b
                d25bf5f0595bbe24655141438e7a100b
                """
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                """
                92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c
                387b2eaeb4302aeeb00d291612bb0c00
                """
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                """
                6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659
                4a7c15e9716ed28dc027beceea1ec40a
                """
            ),
            (
                "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                """
                ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
                2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
                """,
                """
                dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030
                3dca179c138ac17ad9bef1177331a704
                """
            ),
        ])
    func ed25519(seed: String, publicKey: String, message: String, signature: String) throws {
        // PKCS#8 of an Ed25519 key is a constant before the seed (RFC 8410, section 7).
        let key = try PrivateKey(pkcs8DER: secret(hex("302e020100300506032b657004220420") + hex(seed)))
        #expect(key.kind == .ed25519)
        #expect(key.publicKey.ed25519Raw == hex(publicKey))
        #expect(try key.sign(hex(message)) == hex(signature))
        let verifier = try PublicKey(ed25519: hex(publicKey))
        #expect(verifier == key.publicKey)
        #expect(verifier.isValid(signature: hex(signature), for: hex(message)))
    }

    @Test("every kind signs what its public key, read again from its bytes, accepts", arguments: KeyKind.allCases)
    func signAndVerify(kind: KeyKind) throws {
        let key = try TestKeys.key(kind)
        #expect(key.kind == kind)
        let publicKey = try PublicKey(spkiDER: key.publicKey.spkiDER)
        #expect(publicKey.kind == kind)
        let message = Array("one message".utf8)
        for _ in 0..<3 {
            let signature = try key.sign(message)
            #expect(publicKey.isValid(signature: signature, for: message))
            #expect(!publicKey.isValid(signature: signature, for: message + [0]))
            #expect(!publicKey.isValid(signature: signature + [0], for: message))
            #expect(!publicKey.isValid(signature: [], for: message))
            for index in stride(from: 0, to: signature.count, by: 7) {
                var wrong = signature
                wrong[index] ^= 1
                #expect(!publicKey.isValid(signature: wrong, for: message))
            }
        }
    }

    @Test("a signature counts under its own algorithm alone", arguments: KeyKind.allCases)
    func otherAlgorithms(kind: KeyKind) throws {
        let key = try TestKeys.key(kind)
        let message = Array("one message".utf8)
        let signature = try key.sign(message)
        for algorithm in SignatureAlgorithm.allCases {
            #expect(
                key.publicKey.isValid(signature: signature, for: message, algorithm: algorithm)
                    == (algorithm == kind.signatureAlgorithm))
        }
    }

    @Test("a key comes back from PKCS#8, plain and encrypted, DER and PEM", arguments: KeyKind.allCases)
    func roundTrip(kind: KeyKind) throws {
        let key = try TestKeys.key(kind)
        let passphrase = secret(Array("correct horse".utf8))
        let copies = [
            try PrivateKey(pkcs8DER: key.pkcs8DER()),
            try PrivateKey(pem: key.pem()),
            try PrivateKey(encryptedPKCS8DER: key.encryptedPKCS8DER(passphrase: passphrase), passphrase: passphrase),
            try PrivateKey(encryptedPEM: Array(key.encryptedPEM(passphrase: passphrase).utf8), passphrase: passphrase),
        ]
        for copy in copies {
            #expect(copy.kind == kind)
            #expect(copy.publicKey == key.publicKey)
            #expect(key.publicKey.isValid(signature: try copy.sign([1]), for: [1]))
            #expect(try copy.pkcs8DER().equals(key.pkcs8DER()))
        }
    }

    @Test("a wrong or empty passphrase opens nothing")
    func wrongPassphrase() throws {
        let sealed = try TestKeys.key(.p384).encryptedPEM(passphrase: secret(Array("right".utf8)))
        #expect(sealed.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        for wrong in ["wrong", "", "right "] {
            #expect(throws: PrivateKeyTextError.self) {
                try PrivateKey(encryptedPEM: Array(sealed.utf8), passphrase: secret(Array(wrong.utf8)))
            }
        }
    }

    @Test("PKCS#8 with a byte more or less is refused", arguments: KeyKind.allCases)
    func cut(kind: KeyKind) throws {
        let der = revealed(try TestKeys.key(kind).pkcs8DER())
        #expect(throws: CryptoError.self) { try PrivateKey(pkcs8DER: secret(der + [0])) }
        #expect(throws: CryptoError.self) { try PrivateKey(pkcs8DER: secret(Array(der.dropLast()))) }
        #expect(throws: CryptoError.self) { try PrivateKey(pkcs8DER: secret([])) }
    }

    @Test("a private key with the public half of another is refused")
    func mismatchedHalves() throws {
        let mine = revealed(try TestKeys.key(.p256).pkcs8DER())
        let point = try #require(TestKeys.key(.p256).publicKey.point)
        let other = try #require(PrivateKey.generate(.p256).publicKey.point)
        #expect(Array(mine.suffix(65)) == point)
        #expect(throws: CryptoError.self) { try PrivateKey(pkcs8DER: secret(mine.dropLast(65) + other)) }
    }

    @Test("P6 no description of a private key shows its bytes")
    func undescribed() throws {
        let key = try TestKeys.key(.ed25519)
        var dumped = ""
        dump(key, to: &dumped)
        let seed = revealed(try key.pkcs8DER()).suffix(32)
        for text in [dumped, "\(key)", String(reflecting: key)] {
            #expect(!text.contains(seed.map { "\($0)" }.joined(separator: ", ")))
        }
        #expect("\(try key.pkcs8DER())" == "<secret, 48 bytes>")
    }

    @Test("many tasks use one key of each kind and one HMAC key at the same time")
    func concurrent() async throws {
        let macKey = try HMACKey(secret([1, 2, 3]))
        let tag = try macKey.authenticate([7])
        let keys = TestKeys.all.values
        let failures = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<16 {
                group.addTask {
                    var failures = 0
                    for round in 0..<8 {
                        let message = [UInt8(task), UInt8(round)]
                        for key in keys {
                            let signature = try key.sign(message)
                            if !key.publicKey.isValid(signature: signature, for: message) { failures += 1 }
                            if key.publicKey.isValid(signature: signature, for: [9]) { failures += 1 }
                        }
                        for _ in 0..<100 where try macKey.authenticate([7]) != tag { failures += 1 }
                    }
                    return failures
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(failures == 0)
    }
}
