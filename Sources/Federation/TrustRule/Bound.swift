internal import TenureAPI
internal import TenureModel

/// One thing that a trust asks of a token, with what the token had. For the operator (`tenure explain login/ID`), never
/// for the caller. Texts are visible ASCII of at most 200 bytes; `jti` and the token itself never stand in one.
package struct Bound: Hashable, Sendable {
    /// `issuer`, `audience`, `exp` …, or the claim's name.
    package let name: String
    package let expected: String
    package let actual: String
    package let holds: Bool

    init(name: String, expected: String, actual: String, holds: Bool) {
        self.name = BoundedText.shown(name, bytesMax: 128)
        self.expected = BoundedText.shown(expected)
        self.actual = BoundedText.shown(actual)
        self.holds = holds
    }

    /// A condition of the rule: exactly this value, of this type. A string is no number, an array holds nothing.
    static func condition(_ condition: ClaimCondition, in claims: StrictJSON.Value) -> Bound {
        let wanted: StrictJSON.Value =
            switch condition.value {
            case .text(let text): .string(text)
            case .number(let number): .integer(number)
            case .flag(let flag): .flag(flag)
            }
        let actual = ClaimPath(condition.claim)?.value(in: claims)
        return Bound(
            name: condition.claim, expected: shown(wanted), actual: shown(actual), holds: actual == wanted)
    }

    /// A claim that must be exactly this string.
    static func text(_ name: String, _ expected: String, _ actual: StrictJSON.Value?) -> Bound {
        Bound(
            name: name, expected: shown(.string(expected)), actual: shown(actual), holds: actual == .string(expected))
    }

    /// The value as JSON, so that its type can be seen; `missing` where there is none.
    static func shown(_ value: StrictJSON.Value?) -> String { value?.jsonText ?? "missing" }
}
