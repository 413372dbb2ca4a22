internal import AuditLog
internal import TenureModel

/// What the reader's caller expects claims to say, so that equal bytes need not be parsed again.
struct KnownClaims {
    let issuer: TokenIssuer
    let audience: Audience
}

/// Reads claims in the order in which they are written, each in its one spelling.
struct ClaimsReader {
    private static let hashedMin: UInt64 = 1 << 62
    private static let hashedMax: UInt64 = 1 << 63 - 1
    private var json: CanonicalJSONReader
    private let known: KnownClaims?

    init(_ payload: [UInt8], known: KnownClaims?) {
        json = CanonicalJSONReader(payload)
        self.known = known
    }

    /// An error at the place that was reached.
    var failure: CanonicalJSONError { json.failure }

    mutating func head() throws(CanonicalJSONError) -> (issuer: TokenIssuer, subject: IdentityID, audience: Audience) {
        let issuer = try issuer()
        let subject = try identity(",\"sub\":")
        return (issuer, subject, try audience())
    }

    mutating func times() throws(CanonicalJSONError) -> (expires: Timestamp, issued: Timestamp, notBefore: Timestamp) {
        let expires = try time(",\"exp\":")
        let issued = try time(",\"iat\":")
        return (expires, issued, try time(",\"nbf\":"))
    }

    mutating func time(_ key: String) throws(CanonicalJSONError) -> Timestamp {
        let seconds = try index(key)
        let time = Timestamp(clampingSeconds: seconds)
        guard time.seconds == seconds else { throw json.failure }
        return time
    }

    mutating func id<Kind>(_ key: String) throws(CanonicalJSONError) -> Identifier<Kind> {
        try json.expect(key)
        return try Self.id(try json.plainBytes(), json)
    }

    mutating func identity(_ key: String) throws(CanonicalJSONError) -> IdentityID {
        try json.expect(key)
        let text = try json.plainBytes()
        // The prefix is looked at again where the id is read.
        switch text.first {
        case UInt8(ascii: "p"): return .person(try Self.id(text, json))
        case UInt8(ascii: "t"): return .team(try Self.id(text, json))
        default: return .workload(try Self.id(text, json))
        }
    }

    /// `ent_…@3`.
    mutating func version<Kind>(_ key: String) throws(CanonicalJSONError) -> (Identifier<Kind>, Int64) {
        try json.expect(key)
        let text = try json.plainBytes()
        guard let sign = text.firstIndex(of: UInt8(ascii: "@")) else { throw json.failure }
        var digits = CanonicalJSONReader(Array(text[(sign + 1)...]))
        let version = try digits.integer()
        try digits.expectEnd()
        guard version >= 0 else { throw json.failure }
        return (try Self.id(text[..<sign], json), version)
    }

    mutating func scopes() throws(CanonicalJSONError) -> [Scope] {
        try json.expect(",\"scope\":")
        let text = try json.plainBytes()
        guard text.count <= TokenClaims.scopeBytesMax else { throw json.failure }
        guard !text.isEmpty else { return [] }
        var scopes: [Scope] = []
        for part in text.split(separator: 0x20, omittingEmptySubsequences: false) {
            do throws(NameError) {
                scopes.append(try Scope(String(decoding: part, as: UTF8.self)))
            } catch {
                throw json.failure
            }
        }
        return scopes
    }

    mutating func word<Word>(_ key: String, _ parse: (String) -> Word?) throws(CanonicalJSONError) -> Word {
        try json.expect(key)
        guard let word = parse(String(decoding: try json.plainBytes(), as: UTF8.self)) else { throw json.failure }
        return word
    }

    /// A whole number from 0 to 2^53 − 1.
    mutating func index(_ key: String) throws(CanonicalJSONError) -> Int64 {
        try json.expect(key)
        let number = try json.integer()
        // defence: T10
        guard number >= 0 else { throw json.failure }
        return number
    }

    /// One to `countMax` of them in a list.
    mutating func indexes(_ key: String, countMax: Int) throws(CanonicalJSONError) -> [Int64] {
        var indexes = [try index(key)]
        while !json.take("]") {
            guard indexes.count < countMax else { throw json.failure }
            indexes.append(try index(","))
        }
        return indexes
    }

    mutating func log() throws(CanonicalJSONError) -> LogID {
        try json.expect(",\"lin\":{\"l\":")
        guard let log = LogID(digits: try json.plainBytes()) else { throw json.failure }
        return log
    }

    mutating func hash(_ key: String) throws(CanonicalJSONError) -> Int64 {
        try json.expect(key)
        return try hash()
    }

    mutating func optionalHash(_ key: String) throws(CanonicalJSONError) -> Int64? {
        guard json.take(key) else { return nil }
        return try hash()
    }

    /// Closes lineage and claims.
    mutating func finish() throws(CanonicalJSONError) {
        try json.expect("}}")
        try json.expectEnd()
    }

    private mutating func hash() throws(CanonicalJSONError) -> Int64 {
        guard let number = Hex.number(try json.plainBytes()), (Self.hashedMin...Self.hashedMax).contains(number) else {
            throw json.failure
        }
        return Int64(number)
    }

    private mutating func issuer() throws(CanonicalJSONError) -> TokenIssuer {
        try json.expect("{\"iss\":")
        let text = try json.plainBytes()
        if let known = known?.issuer, text.elementsEqual(known.text.utf8) { return known }
        guard text.allSatisfy({ $0 < 0x80 }), let issuer = TokenIssuer(String(decoding: text, as: UTF8.self)) else {
            throw json.failure
        }
        return issuer
    }

    private mutating func audience() throws(CanonicalJSONError) -> Audience {
        try json.expect(",\"aud\":")
        let text = try json.plainBytes()
        if let known = known?.audience, text.elementsEqual(known.text.utf8) { return known }
        do throws(NameError) {
            return try Audience(String(decoding: text, as: UTF8.self))
        } catch {
            throw json.failure
        }
    }

    private static func id<Kind>(
        _ text: ArraySlice<UInt8>, _ json: CanonicalJSONReader
    ) throws(CanonicalJSONError) -> Identifier<Kind> {
        let characters = text.suffix(IdentifierText.characterCount)
        let prefix = text[..<characters.startIndex]
        guard prefix.last == UInt8(ascii: "_"), prefix.dropLast().elementsEqual(Kind.prefix.utf8),
            let (high, low) = IdentifierText.decode(characters)
        else { throw json.failure }
        return Identifier(high: high, low: low)
    }
}
