package import AuditLog
package import OpenSSLCrypto
package import TenureModel

/// Makes tokens: first claims that nobody can present, then, once they are recorded, the text (P2).
package enum TokenMinter {
    /// Takes the claims of a token that is about to be recorded, or was recorded and is shown again. Nothing is signed.
    ///
    /// - Throws: `otherKey` where the key is not the one that the claims name in `k` and `aud`, `tooManyScopes`, and
    ///   `unwritable` for an index or version that no token can carry.
    package static func prepare(
        _ claims: TokenClaims, key: AudienceKey, form: TokenForm
    ) throws(MintingError) -> UnreleasedToken {
        guard key.audience == claims.audience, key.reference.number == claims.lineage.signingKey else {
            throw .otherKey
        }
        let scopeBytes = claims.scopes.reduce(0) { $0 + $1.text.utf8.count + 1 } - 1
        guard scopeBytes <= TokenClaims.scopeBytesMax else { throw .tooManyScopes }
        let numbers =
            [claims.entitlementVersion, claims.lineage.identity, claims.lineage.owner, claims.lineage.profile]
            + [claims.lineage.trust] + claims.lineage.entitlements
        guard numbers.allSatisfy({ (0...CanonicalJSON.integerMax).contains($0) }) else { throw .unwritable }
        return UnreleasedToken(claims: claims, key: key, form: form)
    }

    /// Makes a session token. A session is no credential and has no audited row: the caller shows where the entry of
    /// its login stands, which `claims.index` must be.
    ///
    /// - Throws: `otherKey` where the key is not the session ring's that the claims name; `cryptography` if libcrypto
    ///   fails.
    package static func session(_ claims: SessionClaims, key: AudienceKey) throws(MintingError) -> RevealedToken {
        guard key.audience == SessionClaims.audience, key.reference.number == claims.lineage.signingKey else {
            throw .otherKey
        }
        guard (0...CanonicalJSON.integerMax).contains(claims.index) else { throw .unwritable }
        return RevealedToken(try sign(claims.encoded(), key: key, form: .prefixed), expires: claims.expires)
    }

    static func sign(_ payload: [UInt8], key: AudienceKey, form: TokenForm) throws(MintingError) -> String {
        var jws: [UInt8] = []
        jws.reserveCapacity(key.header.count + payload.count + 45)
        jws.append(contentsOf: key.header)
        jws.append(UInt8(ascii: "."))
        jws.append(contentsOf: payload)
        let tag: [UInt8]
        do throws(CryptoError) {
            tag = try key.mac.authenticate(jws)
        } catch {
            throw .cryptography(error)
        }
        jws.append(UInt8(ascii: "."))
        Base64URL.append(tag, to: &jws)
        return TokenText.text(jws: jws, form: form)
    }
}

/// The claims of a token that may not be seen yet: there is no signature, and without a receipt none can be made.
package struct UnreleasedToken: ~Copyable, Sendable {
    package let claims: TokenClaims
    private let key: AudienceKey
    private let form: TokenForm

    fileprivate init(claims: TokenClaims, key: AudienceKey, form: TokenForm) {
        self.claims = claims
        self.key = key
        self.form = form
    }

    /// Signs the claims with the index at which they were recorded, and looks at the marks once more.
    ///
    /// - Parameters:
    ///   - receipt: of this credential's own row.
    ///   - marks: the newest that the node has.
    /// - Throws: `otherReceipt`, `dead`, and `cryptography` if libcrypto fails. The token is gone in any case; what was
    ///   recorded can be prepared again.
    package consuming func reveal(after receipt: AuditReceipt, marks: MarkLookup) throws(MintingError) -> RevealedToken
    {
        var claims = claims
        guard receipt.key.utf8.elementsEqual(claims.id.text.utf8),
            (0...CanonicalJSON.integerMax).contains(receipt.index),
            claims.index < 0 || claims.index == receipt.index
        else { throw .otherReceipt }
        claims.index = receipt.index
        if let death = LineageDeath.judge(claims.lineage.references, position: receipt.index, marks: marks) {
            throw .dead(death)
        }
        let text = try TokenMinter.sign(claims.encoded(), key: key, form: form)
        return RevealedToken(text, expires: claims.expires)
    }
}

/// A token that may leave the process, once: it cannot be copied, described or encoded.
package struct RevealedToken: ~Copyable, Sendable {
    package let expires: Timestamp
    private let content: String

    fileprivate init(_ content: String, expires: Timestamp) {
        self.content = content
        self.expires = expires
    }

    /// The text, for the answer and for nothing else.
    package consuming func text() -> String { content }
}

/// Why a token was not made.
package enum MintingError: Error, Hashable, Sendable {
    /// The key is not the one that the claims name.
    case otherKey
    case tooManyScopes
    /// A number that JSON cannot carry.
    case unwritable
    /// The receipt is of something else.
    case otherReceipt
    /// A cut came between recording and answering.
    case dead(LineageDeath)
    case cryptography(CryptoError)
}
