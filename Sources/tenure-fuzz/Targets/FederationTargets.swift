internal import AuditLog
internal import Federation
internal import TenureAPI
internal import TenureModel

extension FuzzTarget {
    /// What arrives from issuers of others.
    static let federationTargets = [federatedToken, federatedHeader, federatedClaims, keySet, discovery, keyAddress]

    private static let federatedToken = FuzzTarget("federated-token", bytesMax: FederatedTokenText.bytesMax + 64) {
        bytes in
        try FederatedTokenBody(bytes)
    } holds: { (bytes, token) throws(BrokenPromise) in
        try require(bytes.count <= FederatedTokenText.bytesMax, "no token is longer than 8 KiB")
        try require(!token.claimedIssuer.utf8.isEmpty, "a token names its issuer")
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        try require(parts.count == 3, "a token has three parts")
        for part in parts {
            guard let decoded = Base64URL.decode(part) else { throw BrokenPromise("parts are canonical base64url") }
            try require(same(Base64URL.text(decoded), Array(part)), "parts are written in one way")
        }
        try require(!"\(token)".contains(token.claimedIssuer), "a token does not show what it holds")
    }

    /// A header before claims that are always the same.
    private static let federatedHeader = FuzzTarget("federated-header", bytesMax: 4096) { bytes in
        let text = [Base64URL.text(bytes), Base64URL.text(Array(#"{"iss":"https://issuer.example"}"#.utf8)), "AA"]
        return try FederatedTokenBody(Array(text.joined(separator: ".").utf8)).header
    } holds: { (bytes, header) throws(BrokenPromise) in
        try require((1...512).contains(header.keyID.utf8.count), "a key's id has 1 to 512 bytes")
        let json = try reread("an accepted header is JSON") { try StrictJSON.parse(bytes) }
        let known = ["alg", "kid", "typ", "x5t", "x5t#S256", "x5c"]
        let isKnown =
            json.members?.allSatisfy { member in known.contains { same($0, Array(member.name.utf8)) } } ?? false
        try require(isKnown, "nothing in a header is passed over")
        try require(
            json["alg"]?.text.map { same($0, Array(header.algorithm.rawValue.utf8)) } ?? false, "alg is as given")
    }

    private static let federatedClaims = FuzzTarget("federated-claims", bytesMax: 8192) { bytes in
        try FederatedClaims(json: bytes)
    } holds: { (_, claims) throws(BrokenPromise) in
        let times = [claims.expires, claims.notBefore, claims.issuedAt].compactMap { $0 }
        try require(times.allSatisfy { (0...(1 << 53)).contains($0) }, "times are from 0 to 2^53")
        try require(claims.audiences.count <= 16, "a token has at most 16 audiences")
        let again = try reread("claims are read again") {
            try FederatedClaims(json: Array(claims.all.jsonText.utf8))
        }
        try require(again == claims, "claims survive being written")
    }

    private static let keySet = FuzzTarget(name: "jwks", bytesMax: 8192) { (bytes) throws(BrokenPromise) in
        let keys: KeySet
        do throws(KeySetError) {
            keys = try await KeySet(bytes, of: trust)
        } catch {
            return .refused(error)
        }
        try require(!keys.keys.isEmpty && keys.keys.count <= KeySetText.keyCountMax, "a key set has 1 to 100 keys")
        for key in keys.keys {
            try require(keys.key(key.keyID)?.algorithm == key.algorithm, "a key's id names one key")
        }
        return .accepted()
    }

    private static let discovery = FuzzTarget("discovery", bytesMax: 8192) { bytes in
        try DiscoveryDocument.keyAddress(in: bytes, issuer: trust.issuer)
    } holds: { (_, address) throws(BrokenPromise) in
        if let url = KeyURL(address) { try holds(url, of: address) }
    }

    private static let keyAddress = FuzzTarget("key-url", bytesMax: 4096) { bytes in
        text(bytes).flatMap { text in KeyURL(text).map { (text, $0) } }
    } holds: { (_, read) throws(BrokenPromise) in
        try holds(read.1, of: read.0)
    }

    private static func holds(_ url: KeyURL, of text: String) throws(BrokenPromise) {
        try require(same(url.text, Array(text.utf8)), "an address is kept as it was given")
        try require((1...65_535).contains(url.port), "a port is 1 to 65535")
        try require(url.target.utf8.first == UInt8(ascii: "/"), "a target begins with a slash")
        let host = url.host.utf8.contains(UInt8(ascii: ":")) ? "[" + url.host + "]" : url.host
        guard let again = KeyURL("https://" + host + ":" + String(url.port) + url.target) else {
            throw BrokenPromise("an address is made again of its parts")
        }
        try require(
            again.host == url.host && again.target == url.target && again.address == url.address,
            "an address says the same when it is made again of its parts")
        _ = Result { try KeyAddressRule(networks: []).url(text) }
    }

    private static let trust = OIDCTrust(
        preset: nil, issuer: "https://issuer.example", keys: .discovery, caPEM: nil, networks: [], audience: "tenure",
        conditions: [ClaimCondition(claim: "sub", value: .text("deploy"))], presentations: .once)
}
