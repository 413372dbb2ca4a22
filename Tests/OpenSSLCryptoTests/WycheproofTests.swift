internal import OpenSSLCrypto
internal import SecretMemory
internal import Testing

@Suite("F14 Wycheproof vectors", .enabled(if: Wycheproof.folder != nil, Wycheproof.missing))
struct WycheproofTests {
    @Test("HMAC-SHA-256: every vector gives exactly its result")
    func hmac() throws {
        let file = try Wycheproof.vectors("hmac_sha256")
        var count = 0
        for group in file.testGroups {
            for vector in group.tests {
                let key = try HMACKey(secret(hex(try #require(vector.key))))
                let message = hex(try #require(vector.msg))
                let tag = hex(try #require(vector.tag))
                if group.tagSize == 256 {
                    #expect(try key.isValid(tag, for: message) == (vector.result == .valid), "\(vector.tcId)")
                } else {
                    // Cut tags are never valid here; that the bytes are right is seen in the whole tag.
                    let whole = try key.authenticate(message)
                    #expect(whole.starts(with: tag) == (vector.result == .valid), "\(vector.tcId)")
                    #expect(try !key.isValid(tag, for: message), "\(vector.tcId)")
                }
                count += 1
            }
        }
        #expect(count == file.numberOfTests)
    }

    @Test("HKDF-SHA-256: every vector gives exactly its result")
    func hkdf() throws {
        let file = try Wycheproof.vectors("hkdf_sha256")
        var count = 0
        for vector in file.testGroups.flatMap(\.tests) {
            let key = secret(hex(try #require(vector.ikm)))
            let salt = hex(try #require(vector.salt))
            let info = hex(try #require(vector.info))
            let size = try #require(vector.size)
            let derived: [UInt8]?
            do throws(CryptoError) {
                derived = revealed(try HKDF.sha256(secret: key, salt: salt, info: info, count: size))
            } catch {
                derived = nil
            }
            let expected = vector.result == .valid ? hex(try #require(vector.okm)) : nil
            #expect(derived == expected, "\(vector.tcId)")
            count += 1
        }
        #expect(count == file.numberOfTests)
    }

    @Test("AES-GCM: every vector with a key of 256 bits and a nonce of 96 gives exactly its result")
    func gcm() throws {
        let file = try Wycheproof.vectors("aes_gcm")
        var (inScope, outOfScope) = (0, 0)
        for group in file.testGroups {
            for vector in group.tests {
                let key = secret(hex(try #require(vector.key)))
                let nonce = hex(try #require(vector.iv))
                let associated = hex(try #require(vector.aad))
                let message = hex(try #require(vector.msg))
                let sealed = hex(try #require(vector.ct)) + hex(try #require(vector.tag))
                guard group.keySize == 256, group.ivSize == 96 else {
                    #expect(throws: CryptoError.self) {
                        try SealedBox.seal(secret(message), with: key, associatedData: associated, nonce: nonce)
                    }
                    outOfScope += 1
                    continue
                }
                let opened: [UInt8]?
                do throws(CryptoError) {
                    opened = revealed(try SealedBox.open(nonce + sealed, with: key, associatedData: associated))
                } catch {
                    opened = nil
                }
                #expect(opened == (vector.result == .valid ? message : nil), "\(vector.tcId)")
                if vector.result == .valid {
                    let box = try SealedBox.seal(
                        secret(message), with: key, associatedData: associated, nonce: nonce)
                    #expect(box == nonce + sealed, "\(vector.tcId)")
                }
                inScope += 1
            }
        }
        #expect(inScope == 66)
        #expect(inScope + outOfScope == file.numberOfTests)
    }

    @Test(
        "signatures: every vector gives exactly its result",
        arguments: [
            ("ecdsa_secp256r1_sha256", SignatureAlgorithm.ecdsaSHA256),
            ("ecdsa_secp384r1_sha384", .ecdsaSHA384),
            ("ed25519", .ed25519),
            ("rsa_signature_2048_sha256", .rsaSHA256),
            ("rsa_signature_3072_sha256", .rsaSHA256),
            ("rsa_signature_4096_sha256", .rsaSHA256),
            ("rsa_pss_2048_sha256_mgf1_32", .rsaPSSSHA256),
        ])
    func signatures(name: String, algorithm: SignatureAlgorithm) throws {
        let file = try Wycheproof.vectors(name)
        var count = 0
        for group in file.testGroups {
            let der = hex(try #require(group.publicKeyDer))
            guard let key = try acceptedKey(der) else {
                count += group.tests.count
                continue
            }
            for vector in group.tests {
                let isValid = key.isValid(
                    signature: hex(try #require(vector.sig)), for: hex(try #require(vector.msg)), algorithm: algorithm)
                // What is acceptable, a DigestInfo without its NULL in RSA, is refused.
                #expect(isValid == (vector.result == .valid), "\(name) \(vector.tcId) \(vector.comment)")
                count += 1
            }
        }
        #expect(count == file.numberOfTests)
    }

    /// The key of a group; nil, and that is expected, for an RSA key with the exponent 3.
    private func acceptedKey(_ der: [UInt8]) throws -> PublicKey? {
        do throws(PublicKeyError) {
            return try PublicKey(spkiDER: der)
        } catch .weak(.exponent) {
            return nil
        }
    }

    @Test("ECDSA at fixed width: every vector gives exactly its result")
    func fixedWidth() throws {
        let file = try Wycheproof.vectors("ecdsa_secp256r1_sha256_p1363")
        var count = 0
        for group in file.testGroups {
            let key = try PublicKey(spkiDER: hex(try #require(group.publicKeyDer)))
            for vector in group.tests {
                let der = ECDSASignature.der(fromFixedWidth: hex(try #require(vector.sig)), coordinateCount: 32)
                let message = hex(try #require(vector.msg))
                let isValid = der.map { key.isValid(signature: $0, for: message) } ?? false
                #expect(isValid == (vector.result == .valid), "\(vector.tcId) \(vector.comment)")
                count += 1
            }
        }
        #expect(count == file.numberOfTests)
    }
}
