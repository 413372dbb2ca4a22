internal import APITokens
internal import AuditLog
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureModel

/// What the known answers are made of.
enum Fixture {
    static let start = Timestamp(clampingSeconds: 1_795_442_400)
    static let high: UInt64 = 0x0193_A0B1_C2D3_7000
    static let workload = IdentityID.workload(WorkloadID(high: high, low: 0x8000_0000_0000_0001))
    static let owner = IdentityID.person(PersonID(high: high, low: 0x8000_0000_0000_0002))
    static let credential = CredentialID(high: high, low: 0x8000_0000_0000_0003)
    static let entitlement = EntitlementID(high: high, low: 0x8000_0000_0000_0004)
    static let session = SessionID(high: high, low: 0x8000_0000_0000_0005)
    static let log = LogID(0x9F3A_01BC)
    static let logs = [LogSpan(log: log, start: 0, end: nil)]

    static let issuer = required(TokenIssuer("https://tenure.example.org"))
    static let registry = audience("registry")
    static let production = name("production")

    static func audience(_ text: String) -> Audience { required(Result { try Audience(text) }) }
    static func name(_ text: String) -> Name { required(Result { try Name(text) }) }
    static func scope(_ text: String) -> Scope { required(Result { try Scope(text) }) }

    static func required<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a fixture is wrong") }
        return value
    }

    static func required<Value>(_ result: Result<Value, any Error>) -> Value {
        switch result {
        case .success(let value): return value
        case .failure(let error): preconditionFailure("a fixture is wrong: \(error)")
        }
    }

    static func secret(_ bytes: [UInt8]) -> SecretBytes {
        var bytes = bytes
        return SecretBytes(wiping: &bytes)
    }

    static func version(
        id: KeyVersionID = KeyVersionID(high: Vectors.ringHigh, low: Vectors.ringLow),
        purpose: KeyVersion.Purpose = .tokenRing(production), state: KeyVersion.State = .active,
        published: Timestamp = start, signFrom: Timestamp = start, signUntil: Timestamp? = nil,
        verifyUntil: Timestamp? = nil, generations: [Audience: [Timestamp]] = [:]
    ) -> KeyVersion {
        KeyVersion(
            id: id, version: 1, purpose: purpose, state: state, published: published, signFrom: signFrom,
            signUntil: signUntil, verifyUntil: verifyUntil, generations: generations, publicKey: [],
            certificates: [], wrapped: [])
    }

    static func ringSecret(_ version: KeyVersion = version(), fill: UInt8? = nil) -> RingSecret {
        RingSecret(
            version: version, secret: secret(fill.map { [UInt8](repeating: $0, count: 32) } ?? Array(0..<32)))
    }

    static let ring = KeyRing(purpose: .tokenRing(production), secrets: [ringSecret()])
    static let key = required(required(Result { try ring.signingKey(for: registry, at: start) }))

    static let sessionRing = KeyRing(purpose: .sessionRing, secrets: [ringSecret(version(purpose: .sessionRing))])
    static let sessionKey = required(
        required(Result { try sessionRing.signingKey(for: SessionClaims.audience, at: start) }))

    static let instance = LineageReference.instance(identity: workload, text: "42.1").number
    static let authentication = LineageReference.authentication(issuer: "https://issuer.example", jti: "j-1").number

    /// The claims of the vector, still without their index.
    static let claims = TokenClaims(
        issuer: issuer, subject: workload, audience: registry, expires: start.adding(seconds: 900), issued: start,
        notBefore: start, id: credential, scopes: [scope("pull"), scope("push")], owner: owner,
        entitlement: entitlement, entitlementVersion: 3, index: -1, log: log,
        lineage: Lineage(
            identity: 12, owner: 3, entitlements: [40, 41], profile: 7, trust: 9,
            environment: LineageReference.environment(production).number, instance: instance,
            credential: LineageReference.credential(credential).number,
            family: LineageReference.family(ofFirst: credential).number, authentication: authentication,
            subjectKey: nil, signingKey: key.reference.number))

    static let sessionClaims = SessionClaims(
        issuer: issuer, subject: workload, expires: start.adding(seconds: 3600), issued: start, notBefore: start,
        id: session, how: .oidc, absoluteEnd: start.adding(seconds: 43_200), index: 4811, log: log,
        lineage: SessionLineage(
            identity: 12, trust: 9, authentication: authentication, instance: instance, family: nil,
            signingKey: sessionKey.reference.number))

    static let verifier = TokenVerifier(issuer: issuer, audience: registry)

    /// What the verifier says of a text; nil where it is accepted.
    static func failure(
        _ text: String, at now: Timestamp = start, verifier: TokenVerifier = verifier, key: AudienceKey? = key
    ) -> TokenFailure? {
        do throws(TokenFailure) {
            _ = try verifier.verify(text, at: now) { _ in key }
            return nil
        } catch {
            return error
        }
    }

    static func sessionFailure(_ text: String, at now: Timestamp = start) -> TokenFailure? {
        do throws(TokenFailure) {
            _ = try TokenVerifier(issuer: issuer, audience: SessionClaims.audience)
                .verifySession(text, at: now) { _ in sessionKey }
            return nil
        } catch {
            return error
        }
    }

    static var header: String { #"{"alg":"HS256","kid":"\#(key.kid)","typ":"at+jwt"}"# }

    /// A bare token with these bytes of header and claims under a true signature: what only a holder of the key can
    /// make.
    static func signed(header: String = header, payload: String, key: AudienceKey = key) throws -> String {
        let input = Base64URL.text(Array(header.utf8)) + "." + Base64URL.text(Array(payload.utf8))
        return input + "." + Base64URL.text(try HMACKey(key.secret).authenticate(Array(input.utf8)))
    }
}
