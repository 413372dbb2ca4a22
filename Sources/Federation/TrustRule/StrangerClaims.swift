internal import TenureAPI
internal import TenureModel

/// The claims of somebody nobody meant, who would have passed a rule: what the rule asks, and the rest a stranger's
/// own.
struct StrangerClaims {
    private var claims = StrictJSON.Value.object([])

    /// All that the rule asks.
    init(of trust: OIDCTrust) {
        set("iss", .string(trust.issuer))
        set("aud", .string(trust.audience))
        for condition in trust.conditions {
            switch condition.value {
            case .text(let text): set(condition.claim, .string(text))
            case .number(let number): set(condition.claim, .integer(number))
            case .flag(let flag): set(condition.claim, .flag(flag))
            }
        }
    }

    /// Puts one claim, nested where its name says so, in place of what was there.
    mutating func set(_ claim: String, _ value: StrictJSON.Value) {
        guard let path = ClaimPath(claim) else { return }
        claims = Self.put(value, at: path.steps[...], in: claims)
    }

    /// Compact JSON in visible ASCII, at most 2 KiB.
    var text: String { BoundedText.shown(claims.jsonText, bytesMax: 2048) }

    /// As deep as the name has steps; names have at most 128 bytes.
    private static func put(
        _ value: StrictJSON.Value, at steps: ArraySlice<[UInt8]>, in parent: StrictJSON.Value
    ) -> StrictJSON.Value {
        guard let step = steps.first else { return value }
        var members = parent.members ?? []
        let place = members.firstIndex { $0.name.utf8.elementsEqual(step) }
        let child = place.map { members[$0].value } ?? .object([])
        let member = StrictJSON.Member(
            name: String(decoding: step, as: UTF8.self), value: put(value, at: steps.dropFirst(), in: child))
        if let place { members[place] = member } else { members.append(member) }
        return .object(members)
    }
}
