internal import APITokens
internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel

/// Keys of this process alone, so that the fuzzer can sign what it mutated and get past the signature.
struct Workbench: Sendable {
    /// 2026-11-23T14:00:00Z
    static let now = Timestamp(clampingSeconds: 1_795_442_400)
    static let origin = "example.org/tenure/9f3a01bc"
    /// The `kid` of the corpus's tokens.
    static let kid = KeyID(0x00FF_00FF_00FF_00FF)

    let tokenKey: AudienceKey
    let sessionKey: AudienceKey
    let verifier: TokenVerifier
    let signer: NoteSigner
    private let mac: HMACKey

    init() {
        do {
            // Random bytes in memory that is wiped; that they encode a key does not matter.
            let secret = try PrivateKey.generate(.ed25519).pkcs8DER()
            let audience = try Audience("registry")
            tokenKey = try AudienceKey(
                kid: Self.kid, audience: audience, signFrom: Self.now, signUntil: nil, verifyUntil: nil, secret: secret)
            sessionKey = try AudienceKey(
                kid: Self.kid, audience: SessionClaims.audience, signFrom: Self.now, signUntil: nil, verifyUntil: nil,
                secret: secret)
            mac = try HMACKey(secret)
            guard let issuer = TokenIssuer("https://tenure.example.org") else { preconditionFailure("a good issuer") }
            verifier = TokenVerifier(issuer: issuer, audience: audience)
            signer = try NoteSigner(name: Self.origin, key: PrivateKey.generate(.ed25519))
        } catch {
            preconditionFailure("no key can be made: \(error)")
        }
    }

    /// A bare token of these bytes as claims, rightly signed.
    func token(payload: [UInt8], key: AudienceKey) throws -> String {
        var jws: [UInt8] = []
        Base64URL.append(Array(#"{"alg":"HS256","kid":"\#(Self.kid)","typ":"at+jwt"}"#.utf8), to: &jws)
        jws.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &jws)
        let tag = try mac.authenticate(jws)
        jws.append(UInt8(ascii: "."))
        Base64URL.append(tag, to: &jws)
        return String(decoding: jws, as: UTF8.self)
    }

    /// Why a token is refused under this key; nil where it is not.
    func failure(of token: String, key: AudienceKey) -> TokenFailure? {
        do throws(TokenFailure) {
            _ = try verifier.verify(token, at: Self.now) { (_) throws(Never) in key }
            return nil
        } catch {
            return error
        }
    }

    /// Some session.
    static func session(key: AudienceKey) -> SessionClaims {
        guard let issuer = TokenIssuer("https://tenure.example.org") else { preconditionFailure("a good issuer") }
        return SessionClaims(
            issuer: issuer, subject: .workload(WorkloadID(high: 0x0190_0000_0000_7000, low: 1 << 63 | 2)),
            expires: now.adding(seconds: 3600), issued: now, notBefore: now.adding(seconds: -60),
            id: SessionID(high: 0x0190_0000_0000_7000, low: 1 << 63 | 7), how: .oidc,
            absoluteEnd: now.adding(seconds: 43_200), index: 4810, log: LogID(0x9F3A_01BC),
            lineage: SessionLineage(
                identity: 12, trust: 9, authentication: 7 << 59 | 1 << 62, instance: 5 << 59 | 1 << 62, family: nil,
                signingKey: key.reference.number))
    }
}
