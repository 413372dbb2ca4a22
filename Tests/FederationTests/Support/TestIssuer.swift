internal import Foundation
internal import JWTKit
internal import TenureAPI
internal import TenureModel

@testable internal import Federation

/// An issuer with one key, made for the test, which signs whatever it is told to.
struct TestIssuer: Sendable {
    let keyID: String
    let algorithm: String
    let key: any JWTAlgorithm
    /// The public key as a JWK.
    let jwk: StrictJSON.Value

    static func es256(_ keyID: String = "key-1") async throws -> TestIssuer {
        let key = ES256PrivateKey()
        let members = try ellipticMembers(key.parameters, curve: "P-256")
        return try await make(keyID, "ES256", members) { await $0.add(ecdsa: key) }
    }

    static func es384(_ keyID: String = "key-1") async throws -> TestIssuer {
        let key = ES384PrivateKey()
        let members = try ellipticMembers(key.parameters, curve: "P-384")
        return try await make(keyID, "ES384", members) { await $0.add(ecdsa: key) }
    }

    static func edDSA(_ keyID: String = "key-1") async throws -> TestIssuer {
        let key = try EdDSA.PrivateKey()
        let x = Self.base64URL([UInt8](key.publicKey.rawRepresentation))
        let members = [("kty", "OKP"), ("crv", "Ed25519"), ("x", x)]
        return try await make(keyID, "EdDSA", members) { await $0.add(eddsa: key) }
    }

    /// The key of RFC 7520, section 3.4: making one takes seconds.
    static func rsa(_ algorithm: String, _ keyID: String = "key-1") async throws -> TestIssuer {
        let numbers = try ClaimVector.value("rfc7520-rsa")
        func number(_ name: String) -> String { numbers[name]?.text ?? "" }
        let key = try Insecure.RSA.PrivateKey(
            modulus: number("n"), exponent: number("e"), privateExponent: number("d"), prime1: number("p"),
            prime2: number("q"))
        let members = [("kty", "RSA"), ("n", number("n")), ("e", number("e"))]
        return try await make(keyID, algorithm, members) { collection in
            switch algorithm {
            case "RS384": await collection.add(rsa: key, digestAlgorithm: .sha384)
            case "RS512": await collection.add(rsa: key, digestAlgorithm: .sha512)
            case "PS256": await collection.add(pss: key, digestAlgorithm: .sha256)
            default: await collection.add(rsa: key, digestAlgorithm: .sha256)
            }
        }
    }

    /// An issuer with an algorithm of this name.
    static func of(_ algorithm: String) async throws -> TestIssuer {
        switch algorithm {
        case "ES256": try await es256()
        case "ES384": try await es384()
        case "EdDSA": try await edDSA()
        default: try await rsa(algorithm)
        }
    }

    private static func make(
        _ keyID: String, _ algorithm: String, _ members: [(String, String)],
        add: (JWTKeyCollection) async throws -> Void
    ) async throws -> TestIssuer {
        let collection = JWTKeyCollection()
        try await add(collection)
        let all = members + [("kid", keyID), ("alg", algorithm), ("use", "sig")]
        return TestIssuer(
            keyID: keyID, algorithm: algorithm, key: try await collection.getKey(),
            jwk: .object(all.map { .init(name: $0.0, value: .string($0.1)) }))
    }

    private static func ellipticMembers(_ point: ECDSAParameters?, curve: String) throws -> [(String, String)] {
        guard let point else { throw MissingNumbers() }
        return [("kty", "EC"), ("crv", curve), ("x", unpadded(point.x)), ("y", unpadded(point.y))]
    }

    private struct MissingNumbers: Error {}

    // MARK: Sets and tokens

    /// The JWK Set of this key, of others, and of whatever else is put in.
    func set(_ others: StrictJSON.Value...) -> [UInt8] {
        let keys = StrictJSON.Value.array([jwk] + others)
        return Array(StrictJSON.Value.object([.init(name: "keys", value: keys)]).jsonText.utf8)
    }

    var header: String { "{\"alg\":\"\(algorithm)\",\"kid\":\"\(keyID)\",\"typ\":\"JWT\"}" }

    /// A token of these claims under this header, its own where none is given, signed with this key.
    func token(_ claims: String, header: String? = nil) throws -> [UInt8] {
        let input = Self.base64URL(Array((header ?? self.header).utf8)) + "." + Self.base64URL(Array(claims.utf8))
        return Array((input + "." + Self.base64URL(try key.sign(Array(input.utf8)))).utf8)
    }

    /// A token that this issuer's key has verified for the trust.
    func verified(_ claims: StrictJSON.Value, for trust: OIDCTrust) async throws -> VerifiedFederatedToken {
        let body = try FederatedTokenBody(token(claims.jsonText))
        let keys = try await KeySet(set(), of: trust)
        guard let key = keys.key(keyID) else { throw MissingNumbers() }
        return try key.verify(body)
    }

    static func base64URL(_ bytes: [UInt8]) -> String { unpadded(Data(bytes).base64EncodedString()) }

    private static func unpadded(_ base64: String) -> String {
        String(base64.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" })
    }
}
