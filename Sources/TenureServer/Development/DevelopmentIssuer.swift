internal import AuditLog
internal import Federation
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureAPI
internal import TenureModel

/// The OIDC issuer of `tenured dev`: signs whatever it is told, shaped like the CI system that the claims imitate. It
/// has a key of its own, which stays in the data folder, and is trusted by the example estate alone.
struct DevelopmentIssuer: Sendable {
    /// The `iss` of its tokens.
    let url: String
    private let key: PrivateKey
    private let keyID: String

    /// - Parameter key: P-256.
    init(url: String, key: PrivateKey) {
        self.url = url
        self.key = key
        keyID = String(Hex.text(SHA256.hash(key.publicKey.spkiDER)).prefix(16))
    }

    /// Loads the key from its file, or makes both.
    static func load(url: String, keyFile: String) throws(StartFailure) -> DevelopmentIssuer {
        do {
            if ProtectedFile.exists(keyFile) {
                var pem = try ProtectedFile.read(keyFile)
                let key = try PrivateKey(pem: SecretBytes(wiping: &pem))
                guard key.kind == .p256 else {
                    throw StartFailure(.fault, "\(keyFile) holds another kind of key: remove it, and a new one is made")
                }
                return DevelopmentIssuer(url: url, key: key)
            }
            let key = try PrivateKey.generate(.p256)
            try ProtectedFile.create(keyFile, try key.pem().withBytes { (bytes) in bytes.indices.map { bytes[$0] } })
            return DevelopmentIssuer(url: url, key: key)
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure(
                .fault, "\(keyFile) is no key of the development issuer: remove it, and a new one is made")
        }
    }

    /// Its metadata (OpenID Connect Discovery 1.0, section 3).
    var discovery: [UInt8] {
        let members: [(String, StrictJSON.Value)] = [
            ("issuer", .string(url)), ("jwks_uri", .string(url + "/jwks")),
            ("token_endpoint", .string(url + "/token")),
            ("id_token_signing_alg_values_supported", .array([.string("ES256")])),
            ("response_types_supported", .array([.string("id_token")])),
            ("subject_types_supported", .array([.string("public")])),
        ]
        return Array(Self.object(members).jsonText.utf8)
    }

    /// Its JWK Set (RFC 7517), which the broker takes in process.
    var keySet: [UInt8] {
        // An uncompressed point: 0x04, x, y.
        let point = key.publicKey.point ?? []
        let x = Base64URL.text(Array(point.dropFirst().prefix(32)))
        let y = Base64URL.text(Array(point.dropFirst(33)))
        let jwk = Self.object([
            ("kty", .string("EC")), ("crv", .string("P-256")), ("x", .string(x)), ("y", .string(y)),
            ("kid", .string(keyID)), ("alg", .string("ES256")), ("use", .string("sig")),
        ])
        return Array(Self.object([("keys", .array([jwk]))]).jsonText.utf8)
    }

    /// Signs a token for a request `{"sub": …, "aud": …, "claims": {…}}`.
    ///
    /// - Throws: `TokenRequestFault`: what is wrong with the request.
    func idToken(for body: [UInt8], at now: Timestamp) throws -> String {
        let claims = try ImitatedClaims(body, issuer: url, at: now, random: try SecureRandom.bytes(16))
        let header = Self.object([("alg", .string("ES256")), ("kid", .string(keyID)), ("typ", .string("JWT"))])
        let input =
            Base64URL.text(Array(header.jsonText.utf8)) + "." + Base64URL.text(Array(claims.value.jsonText.utf8))
        let signature = try key.sign(Array(input.utf8))
        guard let fixed = ECDSASignature.fixedWidth(fromDER: signature, coordinateCount: 32) else {
            throw TokenRequestFault(detail: "the signature cannot be written")
        }
        return input + "." + Base64URL.text(fixed)
    }

    static func object(_ members: [(String, StrictJSON.Value)]) -> StrictJSON.Value {
        .object(members.map { .init(name: $0.0, value: $0.1) })
    }
}

/// Why the development issuer signs nothing.
struct TokenRequestFault: Error, Hashable, Sendable {
    let detail: String
}
