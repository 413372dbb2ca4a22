internal import JWTKit

/// One public key of an issuer with its one algorithm. The only maker of `VerifiedFederatedToken`.
package struct VerificationKey: Sendable {
    /// The `kid`, compared by bytes.
    package let keyID: String
    package let algorithm: SignatureAlgorithm
    let source: KeySourceIdentity
    private let key: any JWTAlgorithm
    private let signatureByteCount: Int

    /// Nil where the numbers are no key: a point off the curve.
    init?(_ candidate: KeyCandidate, source: KeySourceIdentity) async {
        do {
            key = try await Self.jwtKey(candidate)
        } catch {
            // JWTKit's error says no more than that, and may quote the key.
            return nil
        }
        keyID = candidate.keyID
        algorithm = candidate.algorithm
        self.source = source
        signatureByteCount =
            switch candidate.material {
            case .rsa(_, _, let byteCount): byteCount
            case .p256, .ed25519: 64
            case .p384: 96
            }
    }

    /// Verifies the signature. Header and key must agree on id and algorithm first: the token never chooses.
    package func verify(_ body: FederatedTokenBody) throws(SignatureFault) -> VerifiedFederatedToken {
        // defence: T15
        guard body.header.keyID.utf8.elementsEqual(keyID.utf8) else { throw .otherKey }
        // defence: T15
        guard body.header.algorithm == algorithm else { throw .otherAlgorithm }
        guard signs(body.text) else { throw .signature }
        return VerifiedFederatedToken(body, source: source)
    }

    /// Whether the signature is right, whatever the header says.
    func signs(_ text: FederatedTokenText) -> Bool {
        guard text.signature.count == signatureByteCount else { return false }
        do {
            return try key.verify(text.signature, signs: text.signingInput)
        } catch {
            // A signature that cannot be read is a wrong one.
            return false
        }
    }

    /// One collection for each key: with several, JWTKit takes the first where it knows no id.
    private static func jwtKey(_ candidate: KeyCandidate) async throws -> any JWTAlgorithm {
        let collection = JWTKeyCollection()
        switch candidate.material {
        case .rsa(let modulus, let exponent, _):
            let key = try Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent)
            switch candidate.algorithm {
            case .ps256: await collection.add(pss: key, digestAlgorithm: .sha256)
            case .rs384: await collection.add(rsa: key, digestAlgorithm: .sha384)
            case .rs512: await collection.add(rsa: key, digestAlgorithm: .sha512)
            default: await collection.add(rsa: key, digestAlgorithm: .sha256)
            }
        case .p256(let x, let y): await collection.add(ecdsa: try ES256PublicKey(parameters: (x, y)))
        case .p384(let x, let y): await collection.add(ecdsa: try ES384PublicKey(parameters: (x, y)))
        case .ed25519(let x): await collection.add(eddsa: try EdDSA.PublicKey(x: x, curve: .ed25519))
        }
        return try await collection.getKey()
    }
}

/// Why a key did not verify a token.
package enum SignatureFault: String, Error, Hashable, Sendable {
    case otherKey = "the token names another key"
    case otherAlgorithm = "the token's `alg` is not the key's"
    case signature = "the signature is wrong"
}

extension SignatureFault: CustomStringConvertible {
    package var description: String { rawValue }
}

/// A token whose signature was verified with a key from a known source. Whether the source, the claims and the time fit
/// a trust is for `TokenJudgement` to say.
package struct VerifiedFederatedToken: Sendable {
    let claims: FederatedClaims
    let source: KeySourceIdentity
    let presented: [UInt8]

    fileprivate init(_ body: FederatedTokenBody, source: KeySourceIdentity) {
        claims = body.claims
        presented = body.text.presented
        self.source = source
    }

    /// The `iss` claim.
    package var issuer: String { claims.issuer }
}

extension VerifiedFederatedToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<verified federated token, \(presented.count) bytes>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
