internal import TenureAPI

/// What the header of a federated token may say: which algorithm and which key of the issuer's.
package struct FederatedHeader: Hashable, Sendable {
    package let algorithm: SignatureAlgorithm
    /// The key's id, at most 512 bytes, compared by bytes. It is required: (issuer, `kid`) picks one key.
    package let keyID: String
}

/// Reads a header of exactly `alg`, `kid`, `typ`, and `x5t`, `x5t#S256`, `x5c`, which name the key once more and are
/// not used. Everything else is refused, known or not: what changes how a token is verified comes in through the
/// header, and `{"x":1e300}` ends a process that leaves reading it to JWTKit (THREATS, T8, T15).
enum HeaderDecoder {
    static let keyIDBytesMax = 512

    static func decode(_ bytes: [UInt8]) throws(FederatedTokenError) -> FederatedHeader {
        let value: StrictJSON.Value
        do {
            value = try StrictJSON.parse(bytes)
        } catch {
            throw .header(.init(text: error.description))
        }
        guard let members = value.members else { throw fault("", .notAnObject) }
        // defence: T8 T15
        for member in members { try check(member) }
        guard let name = value["alg"] else { throw fault("alg", .missing) }
        guard let name = name.text else { throw fault("alg", .wrongType) }
        guard let algorithm = SignatureAlgorithm(name: name) else { throw .algorithm }
        guard let keyID = value["kid"] else { throw fault("kid", .missing) }
        guard let keyID = keyID.text, (1...keyIDBytesMax).contains(keyID.utf8.count) else {
            throw fault("kid", .wrongType)
        }
        return FederatedHeader(algorithm: algorithm, keyID: keyID)
    }

    private static func check(_ member: StrictJSON.Member) throws(FederatedTokenError) {
        switch Array(member.name.utf8) {
        case Array("alg".utf8), Array("kid".utf8): return
        case Array("typ".utf8):
            guard let type = member.value.text, isTokenType(type) else { throw fault("typ", .wrongType) }
        case Array("x5t".utf8), Array("x5t#S256".utf8):
            guard member.value.text != nil else { throw fault(member.name, .wrongType) }
        case Array("x5c".utf8):
            guard let chain = member.value.elements, chain.allSatisfy({ $0.text != nil }) else {
                throw fault("x5c", .wrongType)
            }
        default:
            let isRefused = refused.contains { $0.utf8.elementsEqual(member.name.utf8) }
            throw fault(member.name, isRefused ? .refused : .unknown)
        }
    }

    /// Identity and access tokens; a logout token or a security event is signed by the same keys and is neither.
    private static func isTokenType(_ type: String) -> Bool {
        let lower = type.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return ["jwt", "jose", "at+jwt", "application/at+jwt"].contains { lower.elementsEqual($0.utf8) }
    }

    private static let refused = ["crit", "b64", "jwk", "jku", "x5u", "zip", "enc", "cty", "epk", "apu", "apv"]

    private static func fault(
        _ name: String, _ reason: FederatedTokenError.HeaderFault.Reason
    ) -> FederatedTokenError {
        .headerMember(.init(name: BoundedText.shown(name), reason: reason))
    }
}
