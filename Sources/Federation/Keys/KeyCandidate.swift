internal import TenureAPI

/// One JWK (RFC 7517, section 4) that may verify: an id, one algorithm, and the public numbers.
struct KeyCandidate: Sendable {
    enum Material: Sendable {
        /// Base64url of modulus and exponent, and the modulus' length in bytes.
        case rsa(modulus: String, exponent: String, byteCount: Int)
        case p256(x: String, y: String)
        case p384(x: String, y: String)
        case ed25519(x: String)
    }

    enum Fault: Error {
        case skipped(SkippedKey.Reason)
        case weak(WeakKey)
    }

    /// The place in the set, from 0.
    let index: Int
    let keyID: String
    let algorithm: SignatureAlgorithm
    let material: Material

    init(_ key: StrictJSON.Value, index: Int) throws(Fault) {
        guard let type = key["kty"]?.text else { throw .skipped(.malformed) }
        // A key that gives its secret away is skipped before anything else is looked at.
        if Self.secretMembers.contains(where: { key[$0] != nil }) { throw .skipped(.privateKey) }
        // defence: T16
        guard Self.isForSignatures(key) else { throw .skipped(.use) }
        let algorithms = try Self.algorithms(type: type, curve: key["crv"]?.text)
        var algorithm = algorithms[0]
        if let given = key["alg"] {
            guard let name = given.text, let named = SignatureAlgorithm(name: name), algorithms.contains(named) else {
                throw .skipped(.algorithm)
            }
            algorithm = named
        }
        guard let keyID = key["kid"]?.text, (1...HeaderDecoder.keyIDBytesMax).contains(keyID.utf8.count) else {
            throw .skipped(.noKeyID)
        }
        self.index = index
        self.keyID = keyID
        self.algorithm = algorithm
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256: material = try Self.rsa(key)
        case .es256: material = .p256(x: try Self.field("x", 32, key), y: try Self.field("y", 32, key))
        case .es384: material = .p384(x: try Self.field("x", 48, key), y: try Self.field("y", 48, key))
        case .edDSA: material = .ed25519(x: try Self.field("x", 32, key))
        }
    }

    /// The algorithms that a type and curve can have; the first where the key names none. A key is never tried with
    /// another one, whatever a token says.
    private static func algorithms(type: String, curve: String?) throws(Fault) -> [SignatureAlgorithm] {
        switch (Array(type.utf8), curve.map { Array($0.utf8) }) {
        case (Array("RSA".utf8), _): return [.rs256, .rs384, .rs512, .ps256]
        case (Array("EC".utf8), Array("P-256".utf8)): return [.es256]
        case (Array("EC".utf8), Array("P-384".utf8)): return [.es384]
        case (Array("OKP".utf8), Array("Ed25519".utf8)): return [.edDSA]
        default: throw .skipped(.keyType)
        }
    }

    /// `use` is absent or `sig`, and `key_ops` is absent or holds `verify` (RFC 7517, sections 4.2 and 4.3).
    private static func isForSignatures(_ key: StrictJSON.Value) -> Bool {
        if let use = key["use"], use != .string("sig") { return false }
        guard let operations = key["key_ops"] else { return true }
        return operations.elements?.contains(.string("verify")) ?? false
    }

    private static func rsa(_ key: StrictJSON.Value) throws(Fault) -> Material {
        let (modulusText, modulus) = try integer("n", key)
        let (exponentText, exponent) = try integer("e", key)
        // defence: T16
        guard exponent == [1, 0, 1] else { throw .weak(.exponent) }
        let bitCount = modulus.count * 8 - modulus[0].leadingZeroBitCount
        // defence: T16
        guard (2048...4096).contains(bitCount) else { throw .weak(.modulusLength) }
        guard modulus[modulus.count - 1] & 1 == 1 else { throw .weak(.evenModulus) }
        if ROCAFingerprint.matches(modulus) { throw .weak(.roca) }
        return .rsa(modulus: modulusText, exponent: exponentText, byteCount: modulus.count)
    }

    /// A positive integer (RFC 7518, section 2) without leading zero bytes, which some issuers add.
    private static func integer(_ name: String, _ key: StrictJSON.Value) throws(Fault) -> (String, [UInt8]) {
        guard let text = key[name]?.text, let bytes = Base64URL.decode(Array(text.utf8)[...]) else {
            throw .skipped(.malformed)
        }
        let digits = Array(bytes.drop { $0 == 0 })
        guard !digits.isEmpty else { throw .skipped(.malformed) }
        return (text, digits)
    }

    /// A coordinate or raw key of exactly this length, as its canonical text.
    private static func field(_ name: String, _ byteCount: Int, _ key: StrictJSON.Value) throws(Fault) -> String {
        guard let text = key[name]?.text, Base64URL.decode(Array(text.utf8)[...])?.count == byteCount else {
            throw .skipped(.malformed)
        }
        return text
    }

    private static let secretMembers = ["d", "k", "p", "q", "dp", "dq", "qi", "oth"]
}
