internal import Foundation
internal import JWTKit

/// An OIDC issuer with one P-256 key, made for the test.
struct TestIssuer: Sendable {
    static let url = "https://ci.example.internal"

    private let key: ES256PrivateKey
    /// Its JWK Set.
    let keySet: [UInt8]

    init() throws {
        key = ES256PrivateKey()
        guard let point = key.parameters else { throw MissingPoint() }
        let jwk =
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(Self.unpadded(point.x))\",\"y\":\"\(Self.unpadded(point.y))\","
            + "\"kid\":\"ci-1\",\"alg\":\"ES256\",\"use\":\"sig\"}"
        keySet = Array("{\"keys\":[\(jwk)]}".utf8)
    }

    private struct MissingPoint: Error {}

    /// The JWK Set as a fixed key source has it.
    var keySetText: String { String(decoding: keySet, as: UTF8.self) }

    /// A token of these claims, each a JSON value, under a header that a test may spoil.
    func token(
        _ claims: [(String, String)], header: String = "{\"alg\":\"ES256\",\"kid\":\"ci-1\",\"typ\":\"JWT\"}"
    ) async throws -> String {
        let body = "{" + claims.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
        let input = Self.base64URL(Array(header.utf8)) + "." + Self.base64URL(Array(body.utf8))
        let collection = JWTKeyCollection()
        await collection.add(ecdsa: key)
        return input + "." + Self.base64URL(try await collection.getKey().sign(Array(input.utf8)))
    }

    static func base64URL(_ bytes: [UInt8]) -> String { unpadded(Data(bytes).base64EncodedString()) }

    private static func unpadded(_ base64: String) -> String {
        String(base64.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" })
    }
}
