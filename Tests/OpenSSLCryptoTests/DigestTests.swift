internal import OpenSSLCrypto
internal import Testing

@Suite("Digests")
struct DigestTests {
    static let abc = Array("abc".utf8)
    static let twoBlocks = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)

    // FIPS 180-4 examples (NIST, "Secure Hash Standard examples").
    @Test(
        "SHA-256 gives the known answers of FIPS 180-4",
        arguments: [
            ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (twoBlocks, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
            (
                [UInt8](repeating: 0x61, count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func sha256(message: [UInt8], digest: String) {
        #expect(SHA256.hash(message) == hex(digest))
        #expect(SHA256.hash(([9] + message).dropFirst()) == hex(digest))
        #expect(SHA256.hash(message.span) == hex(digest))
        #expect(SHA256.digest(message).bytes == hex(digest))
        #expect(SHA256.digest(message).description == digest)
    }

    @Test("SHA-384 and SHA-512 give the known answers of FIPS 180-4")
    func sha512() {
        #expect(
            SHA384.hash(Self.abc)
                == hex(
                    """
                    cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163
                    1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7
                    """))
        #expect(
            SHA512.hash(Self.abc)
                == hex(
                    """
                    ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
                    2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
                    """))
    }

    @Test("SHA-1, for OCSP alone, gives the known answer of FIPS 180-4")
    func sha1() {
        #expect(SHA1.hashForCertID(Self.abc) == hex("a9993e364706816aba3e25717850c26c9cd0d89d"))
    }

    @Test("a leaf hash is the hash of the prefix and the body", arguments: [0, 1, 54, 55, 56, 63, 64, 65, 1000])
    func leaf(count: Int) {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(SHA256.leafHash(body).bytes == SHA256.hash([0x00] + body))
        #expect(SHA256.leafHash(prefix: 0x7F, body).bytes == SHA256.hash([0x7F] + body))
    }

    // The root of the tree with the two leaves "" and 00 (RFC 6962 reference implementation).
    @Test("a node hash is the hash of 0x01 and both children")
    func node() {
        let left = SHA256.leafHash([])
        let right = SHA256.leafHash([0x00])
        #expect(left.description == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        #expect(right.description == "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7")
        let node = SHA256.nodeHash(left, right)
        #expect(node.description == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")
        #expect(node != SHA256.nodeHash(right, left))
    }

    @Test("a digest value keeps its 32 bytes in order and takes no other number")
    func digestValue() throws {
        let bytes = (0..<32).map { UInt8($0) }
        let digest = try #require(Digest32(bytes))
        #expect(digest.bytes == bytes)
        var appended: [UInt8] = [255]
        digest.append(to: &appended)
        #expect(appended == [255] + bytes)
        #expect(Digest32(bytes.dropLast()) == nil)
        #expect(Digest32(bytes + [0]) == nil)
        #expect(Set([digest, try #require(Digest32(bytes[...])), Digest32()]).count == 2)
    }
}
