internal import AuditLog
internal import TenureModel

/// Writes claims as JSON by hand: every value is of a type that needs no escape, so nothing is looked at twice.
struct ClaimsWriter {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(896) }

    mutating func head(issuer: TokenIssuer, subject: IdentityID, audience: Audience) {
        word("{\"iss\":\"", issuer.text)
        identity(",\"sub\":\"", subject)
        word(",\"aud\":\"", audience.text)
    }

    mutating func times(expires: Timestamp, issued: Timestamp, notBefore: Timestamp) {
        number(",\"exp\":", expires.seconds)
        number(",\"iat\":", issued.seconds)
        number(",\"nbf\":", notBefore.seconds)
    }

    /// A value that its type keeps free of quotes, backslashes and control characters.
    mutating func word(_ key: String, _ text: String) {
        literal(key)
        bytes.append(contentsOf: text.utf8)
        bytes.append(quote)
    }

    mutating func id<Kind>(_ key: String, _ id: Identifier<Kind>) {
        literal(key)
        IdentifierText.append(prefix: Kind.prefix, high: id.high, low: id.low, to: &bytes)
        bytes.append(quote)
    }

    mutating func identity(_ key: String, _ identity: IdentityID) {
        switch identity {
        case .person(let id): self.id(key, id)
        case .team(let id): self.id(key, id)
        case .workload(let id): self.id(key, id)
        }
    }

    mutating func version(_ key: String, _ entitlement: EntitlementID, _ version: Int64) {
        literal(key)
        IdentifierText.append(
            prefix: EntitlementKind.prefix, high: entitlement.high, low: entitlement.low, to: &bytes)
        bytes.append(UInt8(ascii: "@"))
        CanonicalJSON.append(version, to: &bytes)
        bytes.append(quote)
    }

    mutating func scopes(_ scopes: [Scope]) {
        literal(",\"scope\":\"")
        for (place, scope) in scopes.enumerated() {
            if place > 0 { bytes.append(0x20) }
            bytes.append(contentsOf: scope.text.utf8)
        }
        bytes.append(quote)
    }

    mutating func number(_ key: String, _ number: Int64) {
        literal(key)
        CanonicalJSON.append(number, to: &bytes)
    }

    mutating func numbers(_ key: String, _ numbers: [Int64]) {
        literal(key)
        for (place, number) in numbers.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            CanonicalJSON.append(number, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Opens the lineage with the log's id.
    mutating func log(_ log: LogID) {
        literal(",\"lin\":{\"l\":\"")
        Hex.append(log.bytes, to: &bytes)
        bytes.append(quote)
    }

    mutating func hash(_ key: String, _ number: Int64) {
        literal(key)
        Hex.append(UInt64(bitPattern: number), to: &bytes)
        bytes.append(quote)
    }

    /// Closes lineage and claims, and returns them in base64url.
    mutating func finish() -> [UInt8] {
        literal("}}")
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count / 3 * 4 + 4)
        Base64URL.append(bytes, to: &encoded)
        return encoded
    }

    private mutating func literal(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private var quote: UInt8 { UInt8(ascii: "\"") }
}

/// The canonical text of ids by tables: five of them stand in each token, and verifying one takes microseconds.
enum IdentifierText {
    /// How many characters follow the prefix and its underscore.
    static let characterCount = 26
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let noValue: UInt8 = 255
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: noValue, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    static func append(prefix: String, high: UInt64, low: UInt64, to output: inout [UInt8]) {
        let alphabet = alphabet.span
        output.append(contentsOf: prefix.utf8)
        output.append(UInt8(ascii: "_"))
        output.append(alphabet[Int(high >> 61)])
        var shift: UInt64 = 61
        while shift >= 5 {
            shift -= 5
            output.append(alphabet[Int(high >> shift & 31)])
        }
        output.append(alphabet[Int((high << 4 | low >> 60) & 31)])
        shift = 60
        while shift >= 5 {
            shift -= 5
            output.append(alphabet[Int(low >> shift & 31)])
        }
    }

    /// Reads the 26 characters after the underscore; nil where they are no canonical id.
    static func decode(_ characters: ArraySlice<UInt8>) -> (high: UInt64, low: UInt64)? {
        guard characters.count == characterCount, let first = characters.first, first <= UInt8(ascii: "7") else {
            return nil
        }
        let values = values.span
        var high: UInt64 = 0
        var low: UInt64 = 0
        for character in characters {
            let value = values[Int(character)]
            guard value != noValue else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        return (high, low)
    }
}
