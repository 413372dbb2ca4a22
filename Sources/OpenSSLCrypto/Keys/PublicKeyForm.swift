/// A SubjectPublicKeyInfo taken apart and judged by its form alone (RFC 5280, section 4.1.2.7). No arithmetic has been
/// done yet, and sizes are bounded, so that nothing after it can be made slow.
struct PublicKeyForm {
    /// What the key is made of; the slices are parts of the input.
    enum Material {
        /// An uncompressed point.
        case point(ArraySlice<UInt8>)
        case ed25519(ArraySlice<UInt8>)
        /// Big-endian, without leading zeros; the exponent is 65,537.
        case modulus(ArraySlice<UInt8>)
    }

    let kind: KeyKind
    let material: Material

    init(_ der: [UInt8]) throws(PublicKeyError) {
        let (algorithm, key) = try malformed(Self.split(der))
        if algorithm.elementsEqual(Self.p256) {
            (kind, material) = (.p256, try Self.point(key, coordinateCount: 32))
        } else if algorithm.elementsEqual(Self.p384) {
            (kind, material) = (.p384, try Self.point(key, coordinateCount: 48))
        } else if algorithm.elementsEqual(Self.ed25519) {
            guard key.count == 32 else { throw .malformed(.badBitString) }
            (kind, material) = (.ed25519, .ed25519(key))
        } else if algorithm.elementsEqual(Self.rsa) {
            (kind, material) = try Self.modulus(key)
        } else {
            throw try malformed(Self.refusal(algorithm))
        }
    }

    private static func split(
        _ der: [UInt8]
    ) -> Result<(algorithm: ArraySlice<UInt8>, key: ArraySlice<UInt8>), DERError> {
        Result { () throws(DERError) in
            var reader = DERReader(der)
            var info = try reader.constructed()
            try reader.finish()
            let algorithm = try info.element(.sequence).encoded
            let key = try info.octetsOfBitString()
            try info.finish()
            return (algorithm, key)
        }
    }

    /// An uncompressed point has the octet 4 before its coordinates (SEC 1, section 2.3.3).
    private static func point(_ key: ArraySlice<UInt8>, coordinateCount: Int) throws(PublicKeyError) -> Material {
        switch key.first {
        case 0x02, 0x03, 0x06, 0x07: throw .compressedPoint
        case 0x04 where key.count == 1 + 2 * coordinateCount: return .point(key)
        default: throw .pointOffCurve
        }
    }

    /// RSAPublicKey (RFC 8017, appendix A.1.1).
    private static func modulus(_ key: ArraySlice<UInt8>) throws(PublicKeyError) -> (KeyKind, Material) {
        let (modulus, exponent) = try malformed(
            Result { () throws(DERError) in
                var reader = DERReader(key)
                var sequence = try reader.constructed()
                try reader.finish()
                let modulus = try sequence.unsignedInteger()
                let exponent = try sequence.unsignedInteger()
                try sequence.finish()
                return (modulus, exponent)
            })
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        // defence: T21 becomes: guard bits.isMultiple(of: 8), let kind = KeyKind(rsaBits: 2048) else {
        guard bits.isMultiple(of: 8), let kind = KeyKind(rsaBits: bits) else {
            throw .weak(.modulusSize(bits: bits))
        }
        // defence: T21
        guard exponent.elementsEqual([0x01, 0x00, 0x01]) else { throw .weak(.exponent) }
        return (kind, .modulus(modulus))
    }

    /// Says why an algorithm that is none of the four is refused.
    private static func refusal(_ algorithm: ArraySlice<UInt8>) -> Result<PublicKeyError, DERError> {
        Result { () throws(DERError) in
            var reader = DERReader(algorithm)
            var identifier = try reader.constructed()
            guard try identifier.oid() == .ecPublicKey else { return .unsupportedAlgorithm }
            return identifier.nextTag == .oid ? .unsupportedCurve : .explicitCurve
        }
    }

    private static let p256 = identifier(.ecPublicKey) { $0.oid(.p256) }
    private static let p384 = identifier(.ecPublicKey) { $0.oid(.p384) }
    private static let ed25519 = identifier(.ed25519) { _ in }
    private static let rsa = identifier(.rsaEncryption) { $0.null() }

    /// An AlgorithmIdentifier in its one right form.
    private static func identifier(_ oid: OID, _ parameters: (inout DERWriter) -> Void) -> [UInt8] {
        var writer = DERWriter(capacity: 32)
        writer.sequence { sequence in
            sequence.oid(oid)
            parameters(&sequence)
        }
        return writer.bytes
    }

    /// The SubjectPublicKeyInfo of an uncompressed point.
    static func encoded(point: [UInt8], kind: KeyKind) -> [UInt8] {
        var writer = DERWriter(capacity: 128)
        writer.sequence { info in
            info.append(kind == .p384 ? p384 : p256)
            info.bitString(point)
        }
        return writer.bytes
    }

    /// The SubjectPublicKeyInfo of a raw Ed25519 key of 32 bytes.
    static func encoded(ed25519 raw: [UInt8]) -> [UInt8] {
        var writer = DERWriter(capacity: 44)
        writer.sequence { info in
            info.append(ed25519)
            info.bitString(raw)
        }
        return writer.bytes
    }
}

/// Turns a fault of the encoding into one of the key.
private func malformed<Value>(_ result: Result<Value, DERError>) throws(PublicKeyError) -> Value {
    switch result {
    case .success(let value): return value
    case .failure(let error): throw .malformed(error)
    }
}
