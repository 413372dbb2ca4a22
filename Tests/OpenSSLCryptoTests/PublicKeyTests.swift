internal import OpenSSLCrypto
internal import Testing

/// A SubjectPublicKeyInfo with these parts.
func spki(_ algorithm: OID, parameters: [UInt8], key: [UInt8]) -> [UInt8] {
    var writer = DERWriter()
    writer.sequence { info in
        info.sequence { identifier in
            identifier.oid(algorithm)
            identifier.append(parameters)
        }
        info.bitString(key)
    }
    return writer.bytes
}

/// The encoding of an OBJECT IDENTIFIER.
func encoded(_ oid: OID) -> [UInt8] {
    var writer = DERWriter()
    writer.oid(oid)
    return writer.bytes
}

/// A SubjectPublicKeyInfo of an RSA key.
func rsaSPKI(modulus: [UInt8], exponent: [UInt8] = [1, 0, 1]) -> [UInt8] {
    var key = DERWriter()
    key.sequence { sequence in
        sequence.unsignedInteger(modulus)
        sequence.unsignedInteger(exponent)
    }
    return spki(.rsaEncryption, parameters: [0x05, 0x00], key: key.bytes)
}

/// An odd number of so many bits, not divisible by small primes with any likelihood worth naming; no RSA modulus.
func number(bits: Int) -> [UInt8] {
    var bytes = (0..<(bits + 7) / 8).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 37) }
    bytes[0] = bits % 8 == 0 ? 0x80 : 1 << UInt8(bits % 8 - 1)
    bytes[bytes.count - 1] |= 1
    return bytes
}

@Suite("Public keys")
struct PublicKeyTests {
    private func point(_ kind: KeyKind = .p256) throws -> [UInt8] {
        try #require(TestKeys.key(kind).publicKey.point)
    }

    @Test("what a key tells of itself is what it was made of", arguments: KeyKind.allCases)
    func accessors(kind: KeyKind) throws {
        let key = try TestKeys.key(kind).publicKey
        #expect((key.rsaBits != nil) == kind.rawValue.hasPrefix("rsa"))
        #expect(key.rsaBits.map { "rsa\($0)" } ?? kind.rawValue == kind.rawValue)
        #expect((key.ed25519Raw != nil) == (kind == .ed25519))
        #expect((key.point != nil) == (kind == .p256 || kind == .p384))
        #expect(key.identifier.count == 20)
        switch kind {
        case .p256: #expect(key.spkiDER == spki(.ecPublicKey, parameters: encoded(.p256), key: try point(.p256)))
        case .p384: #expect(key.spkiDER == spki(.ecPublicKey, parameters: encoded(.p384), key: try point(.p384)))
        case .ed25519: #expect(key.spkiDER == spki(.ed25519, parameters: [], key: try #require(key.ed25519Raw)))
        case .rsa2048, .rsa3072, .rsa4096: #expect(key.spkiDER == rsaSPKI(modulus: try #require(key.rsaModulus)))
        }
    }

    @Test("a key is made of its point, and of nothing that is none")
    func points() throws {
        for kind: KeyKind in [.p256, .p384] {
            let point = try point(kind)
            #expect(try PublicKey(point: point) == TestKeys.key(kind).publicKey)
            #expect(throws: PublicKeyError.pointOffCurve) { try PublicKey(point: Array(point.dropLast())) }
            #expect(throws: PublicKeyError.pointOffCurve) { try PublicKey(point: []) }
            #expect(throws: PublicKeyError.compressedPoint) { try PublicKey(point: [2] + point.dropFirst()) }
        }
    }

    @Test("T20 a byte after or before the end of a key is refused", arguments: KeyKind.allCases)
    func trailing(kind: KeyKind) throws {
        let der = try TestKeys.key(kind).publicKey.spkiDER
        #expect(throws: PublicKeyError.malformed(.trailingBytes)) { try PublicKey(spkiDER: der + [0]) }
        #expect(throws: PublicKeyError.malformed(.truncated)) { try PublicKey(spkiDER: Array(der.dropLast())) }
        #expect(throws: PublicKeyError.malformed(.truncated)) { try PublicKey(spkiDER: []) }
    }

    @Test("T21 a point off the curve, at infinity, or with a coordinate beyond the field is refused")
    func offCurve() throws {
        var off = try point()
        off[64] ^= 1
        let beyond = [0x04] + [UInt8](repeating: 0xFF, count: 64)
        for key in [off, beyond, [0x00], [UInt8](try point().dropLast()), try point() + [0]] {
            let der = spki(.ecPublicKey, parameters: encoded(.p256), key: key)
            #expect(throws: PublicKeyError.pointOffCurve) { try PublicKey(spkiDER: der) }
        }
        let swapped = spki(.ecPublicKey, parameters: encoded(.p384), key: try point())
        #expect(throws: PublicKeyError.pointOffCurve) { try PublicKey(spkiDER: swapped) }
    }

    @Test("T21 compressed and hybrid points are refused")
    func compressed() throws {
        let point = try point()
        for key in [[0x02] + point[1..<33], [0x03] + point[1..<33], [0x06] + point[1...], [0x07] + point[1...]] {
            let der = spki(.ecPublicKey, parameters: encoded(.p256), key: key)
            #expect(throws: PublicKeyError.compressedPoint) { try PublicKey(spkiDER: der) }
        }
    }

    @Test("T21 curves by their equation, implicit or binary curves and other algorithms are refused")
    func otherCurves() throws {
        let key = try point()
        let explicit: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x01]
        #expect(throws: PublicKeyError.explicitCurve) {
            try PublicKey(spkiDER: spki(.ecPublicKey, parameters: explicit, key: key))
        }
        #expect(throws: PublicKeyError.explicitCurve) {
            try PublicKey(spkiDER: spki(.ecPublicKey, parameters: [0x05, 0x00], key: key))
        }
        // secp521r1, secp256k1, sect283k1
        for curve in ["1.3.132.0.35", "1.3.132.0.10", "1.3.132.0.16"] {
            let parameters = encoded(try #require(OID(dotted: curve)))
            #expect(throws: PublicKeyError.unsupportedCurve) {
                try PublicKey(spkiDER: spki(.ecPublicKey, parameters: parameters, key: key))
            }
        }
        // DSA, X25519, Ed448, RSASSA-PSS
        for algorithm in ["1.2.840.10040.4.1", "1.3.101.110", "1.3.101.113", "1.2.840.113549.1.1.10"] {
            let oid = try #require(OID(dotted: algorithm))
            #expect(throws: PublicKeyError.unsupportedAlgorithm) {
                try PublicKey(spkiDER: spki(oid, parameters: [], key: key))
            }
        }
        // Parameters that do not belong to Ed25519, and the lack of those of RSA.
        #expect(throws: PublicKeyError.unsupportedAlgorithm) {
            try PublicKey(spkiDER: spki(.ed25519, parameters: [0x05, 0x00], key: [UInt8](repeating: 1, count: 32)))
        }
        #expect(throws: PublicKeyError.unsupportedAlgorithm) {
            try PublicKey(spkiDER: spki(.rsaEncryption, parameters: [], key: key))
        }
    }

    @Test("T21 RSA sizes outside 2,048 to 4,096 bits are refused", arguments: [0, 512, 1024, 2040, 4104, 16384])
    func rsaSizes(bits: Int) {
        let modulus = bits == 0 ? [] : number(bits: bits)
        #expect(throws: PublicKeyError.weak(.modulusSize(bits: bits))) {
            try PublicKey(spkiDER: rsaSPKI(modulus: modulus))
        }
    }

    @Test("T21 RSA sizes that are no whole octets are refused", arguments: [2047, 2049, 3071, 4095])
    func rsaOddSizes(bits: Int) {
        #expect(throws: PublicKeyError.weak(.modulusSize(bits: bits))) {
            try PublicKey(spkiDER: rsaSPKI(modulus: number(bits: bits)))
        }
    }

    @Test("RSA sizes between count as the smaller kind", arguments: [(2560, KeyKind.rsa2048), (3584, .rsa3072)])
    func rsaBetween(bits: Int, kind: KeyKind) throws {
        let key = try PublicKey(spkiDER: rsaSPKI(modulus: number(bits: bits)))
        #expect(key.kind == kind)
        #expect(key.rsaBits == bits)
    }

    @Test(
        "T21 RSA exponents other than 65,537 are refused",
        arguments: [
            [], [1], [2], [3], [17], [1, 0, 0], [1, 0, 3], [1, 0, 0, 1], [UInt8](repeating: 0x7F, count: 256),
        ])
    func rsaExponents(exponent: [UInt8]) {
        #expect(throws: PublicKeyError.weak(.exponent)) {
            try PublicKey(spkiDER: rsaSPKI(modulus: number(bits: 2048), exponent: exponent))
        }
    }

    @Test("Ed25519 keys of other lengths are refused", arguments: [0, 31, 33, 57])
    func ed25519Lengths(count: Int) {
        let raw = [UInt8](repeating: 1, count: count)
        #expect(throws: PublicKeyError.malformed(.badBitString)) { try PublicKey(ed25519: raw) }
        #expect(throws: PublicKeyError.malformed(.badBitString)) {
            try PublicKey(spkiDER: spki(.ed25519, parameters: [], key: raw))
        }
    }

    @Test("an ECDSA signature has two spellings that say the same", arguments: [(KeyKind.p256, 32), (.p384, 48)])
    func spellings(kind: KeyKind, width: Int) throws {
        for _ in 0..<64 {
            let der = try TestKeys.key(kind).sign([1, 2, 3])
            let fixed = try #require(ECDSASignature.fixedWidth(fromDER: der, coordinateCount: width))
            #expect(fixed.count == 2 * width)
            #expect(ECDSASignature.der(fromFixedWidth: fixed, coordinateCount: width) == der)
        }
        #expect(ECDSASignature.fixedWidth(fromDER: [0x30, 0x00], coordinateCount: width) == nil)
        #expect(ECDSASignature.der(fromFixedWidth: [1, 2, 3], coordinateCount: width) == nil)
    }
}
