internal import APITokens
internal import AuditLog
internal import OpenSSLCrypto
internal import TenureAPI
internal import TenureModel

extension FuzzTarget {
    /// Tokens of our own.
    static let tokenTargets = [tokenText, tokenClaims, sessionClaims]

    private static let tokenText = FuzzTarget("token-text", bytesMax: TokenText.bytesMax + 64) { bytes -> String? in
        guard let text = text(bytes) else { return nil }
        do throws(TokenFailure) {
            _ = try TokenVerifier.uncheckedClaims(of: text)
        } catch .malformedClaims {
            _ = try TokenVerifier.uncheckedSessionClaims(of: text)
        }
        return text
    } holds: { (_, text) throws(BrokenPromise) in
        try require(text.utf8.count <= TokenText.bytesMax, "no token is longer than 8 KiB")
        let failure = workbench.failure(of: text, key: workbench.tokenKey)
        let isRefused = failure == .unknownKey || failure == .badSignature
        try require(isRefused, "a token under another key is refused for its key")
    }

    /// Claims under a right header and signature: what a broker that lost its mind could have signed.
    private static let tokenClaims = FuzzTarget("token-claims", bytesMax: 4096) { bytes -> (String, TokenClaims)? in
        let text = try workbench.token(payload: bytes, key: workbench.tokenKey)
        return (text, try TokenVerifier.uncheckedClaims(of: text).claims)
    } holds: { (bytes, read) throws(BrokenPromise) in
        let (text, claims) = read
        let json = try reread("claims are strict JSON") { try StrictJSON.parse(bytes) }
        try require(same(json.jsonText, bytes), "claims have one spelling")
        try require(json["sub"]?.text == claims.subject.text, "`sub` is as it stands there")
        try require(json["aud"]?.text == claims.audience.text, "`aud` is as it stands there")
        try require(json["exp"]?.integer == claims.expires.seconds, "`exp` is as it stands there")
        try require(json["jti"]?.text == claims.id.text, "`jti` is as it stands there")
        try require(json["idx"]?.integer == claims.index, "`idx` is as it stands there")
        try require(
            json["scope"]?.text == claims.scopes.map(\.text).joined(separator: " "), "`scope` is as it stands there")
        let failure = workbench.failure(of: text, key: workbench.tokenKey)
        let isJudged = failure.map { [.wrongIssuer, .wrongAudience, .notYetValid, .expired].contains($0) } ?? true
        try require(isJudged, "a well-signed token is refused for what it says")
    }

    private static let sessionClaims = FuzzTarget("session-claims", bytesMax: 4096) {
        bytes -> (String, SessionClaims)? in
        let text = try workbench.token(payload: bytes, key: workbench.sessionKey)
        return (text, try TokenVerifier.uncheckedSessionClaims(of: text))
    } holds: { (_, read) throws(BrokenPromise) in
        let text = read.0
        var claims = read.1
        let isOwn = claims.lineage.signingKey == workbench.sessionKey.reference.number
        claims.lineage.signingKey = workbench.sessionKey.reference.number
        let again = try reread("accepted session claims are minted again") {
            try TokenMinter.session(claims, key: workbench.sessionKey).text()
        }
        // The broker mints sessions with prefix and checksum, the workbench without.
        if isOwn {
            try require(again.utf8.dropFirst(4).dropLast(7).elementsEqual(text.utf8), "claims have one spelling")
        }
        let read = try reread("a minted session is read") { try TokenVerifier.uncheckedSessionClaims(of: again) }
        try require(read == claims, "session claims survive minting")
    }

    private static let workbench = Workbench()
}
