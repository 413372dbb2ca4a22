internal import OpenSSLCrypto
package import TenureModel

// The references that are hashes, since no entry made the object when a credential is signed (FORMATS, section 3):
// number = 2^62 + the first 62 bits of SHA-256("tenure/ref/v1" ‖ kind letter ‖ text).
extension LineageReference {
    /// `v`, by the environment's name.
    package static func environment(_ name: EnvironmentName) -> LineageReference {
        hashed(.environment, Array(name.text.utf8))
    }

    /// `n`, by the identity's 16 bytes and the instance's text (FORMATS, section 1).
    package static func instance(identity: IdentityID, text: String) -> LineageReference {
        hashed(.instance, identity.bytes + Array(text.utf8))
    }

    /// `c`, by the credential's 16 bytes.
    package static func credential(_ id: CredentialID) -> LineageReference { hashed(.credential, id.bytes) }

    /// `f`: the number of the `c` of the first credential of a chain.
    package static func family(ofFirst id: CredentialID) -> LineageReference {
        LineageReference(.family, credential(id).number)
    }

    /// `a`, by issuer and `jti` of the token that was presented.
    package static func authentication(issuer: String, jti: String) -> LineageReference {
        hashed(.authentication, Array(issuer.utf8) + [0x00] + Array(jti.utf8))
    }

    /// `a`, by issuer, zero byte and `jti` as one text, in which neither holds a zero byte.
    package static func authentication(tokenID: [UInt8]) -> LineageReference { hashed(.authentication, tokenID) }

    /// `a` of a token without a `jti`, by the SHA-256 of the token as it was presented: 32 bytes.
    package static func authentication(tokenHash: [UInt8]) -> LineageReference {
        precondition(tokenHash.count == 32, "a token's hash has 32 bytes")
        return hashed(.authentication, tokenHash)
    }

    /// `a` of a login by bootstrap secret, by the 16 bytes of the secret's id.
    package static func authentication(bootstrapSecret id: [UInt8]) -> LineageReference {
        precondition(id.count == 16, "an id has 16 bytes")
        return hashed(.authentication, id)
    }

    /// `s`, by the SubjectPublicKeyInfo in DER.
    package static func subjectKey(spkiDER: [UInt8]) -> LineageReference { hashed(.subjectKey, spkiDER) }

    /// `k` of a token, by the `kid` of the audience key.
    package static func signingKey(kid: String) -> LineageReference { hashed(.signingKey, Array(kid.utf8)) }

    /// `k` of a certificate, by the issuing CA's SubjectPublicKeyInfo in DER.
    package static func signingKey(spkiDER: [UInt8]) -> LineageReference { hashed(.signingKey, spkiDER) }

    private static func hashed(_ kind: Kind, _ text: [UInt8]) -> LineageReference {
        let hash = SHA256.hash(Array("tenure/ref/v1".utf8) + Array(kind.rawValue.utf8) + text)
        var first: UInt64 = 0
        for byte in hash[0..<8] { first = first << 8 | UInt64(byte) }
        return LineageReference(kind, hashedMin + Int64(first >> 2))
    }

    /// Hashed numbers lie at and above 2^62, far from every index.
    private static let hashedMin: Int64 = 1 << 62
}

extension LineageReference {
    /// Parses the text of `description`: `i12`, or `v` and sixteen lower-case hex digits; nil for any other spelling.
    package init?(referenceText text: String) {
        guard let letter = text.utf8.first, letter < 0x80 else { return nil }
        guard let kind = Kind(rawValue: String(UnicodeScalar(letter))) else { return nil }
        let digits = Array(text.utf8.dropFirst())[...]
        let number: Int64?
        if kind.isIndexed {
            // "+5" and "007" are numbers to Swift, and not ours.
            number = digits.count > 19 ? nil : Int64(String(decoding: digits, as: UTF8.self))
        } else {
            number = Hex.number(digits).flatMap { Int64(exactly: $0) }
        }
        guard let number, number >= 0 else { return nil }
        self.init(kind, number)
        guard description == text else { return nil }
    }
}
