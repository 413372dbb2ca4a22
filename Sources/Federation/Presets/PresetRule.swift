internal import TenureAPI
package import TenureModel

/// What is known of one kind of issuer: which claims are ids, what a token that a stranger can cause looks like, and
/// what names one run. A rule stands for a preset, and for the same issuer named without one.
struct PresetRule: Sendable {
    /// As people call it.
    let title: String
    /// The claims that a rule must bind, all of them: ids that no rename, transfer or re-creation gives to somebody
    /// else.
    let binding: [String]
    /// What a stranger's token has in those claims.
    let strangerIDs: [String]
    /// Why a condition can never hold or does not say what its writer means; nil where it can.
    let fault: @Sendable (ClaimCondition) -> String?
    /// Bounds that hold unless the rule's conditions name the claim.
    let defaults: @Sendable (_ claims: StrictJSON.Value, _ rule: [ClaimCondition]) -> [Bound]
    /// What is allowed, and yet worth a word.
    let warnings: @Sendable (_ rule: [ClaimCondition]) -> [TrustWarning]
    /// The run that holds the token (FORMATS, section 1); nil where the claims do not tell.
    let instance: @Sendable (_ claims: StrictJSON.Value) -> String?

    static func of(_ preset: OIDCTrust.Preset) -> PresetRule {
        switch preset {
        case .github: .gitHubActions
        case .gitlab: .gitLab
        case .kubernetes: .kubernetes
        }
    }

    /// The rule of the trust's preset, or of the preset that its issuer is known to be.
    static func of(_ trust: OIDCTrust) -> PresetRule? {
        (trust.preset ?? PublicIssuer.of(trust.issuer)?.preset).map(of)
    }
}

extension OIDCTrust.Preset {
    /// The issuer where a trust with this preset names none; Kubernetes has none.
    package var defaultIssuer: String? {
        switch self {
        case .github: "https://token.actions.githubusercontent.com"
        case .gitlab: "https://gitlab.com"
        case .kubernetes: nil
        }
    }
}

extension PresentationLimit {
    /// How often one token may be presented where the trust does not say (THREATS, T17): a CI job asks for several
    /// credentials with one token, a pod is given the same one for most of an hour, and everybody else presents it
    /// once.
    package static func standard(for preset: OIDCTrust.Preset?) -> PresentationLimit {
        switch preset {
        case .github, .gitlab: .count(20)
        case .kubernetes: .untilExpiry
        case nil: .once
        }
    }
}

extension [ClaimCondition] {
    /// The value that the rule asks of a claim, by the bytes of its name; nil where it names none.
    func value(of claim: String) -> ClaimCondition.Value? {
        let path = ClaimPath(claim)
        return first { ClaimPath($0.claim) == path }?.value
    }
}

/// Forms of claim values that several presets share.
enum ClaimForm {
    static func isDigits(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// 36 characters of lower-case hexadecimal and `-` (RFC 9562, section 4).
    static func isUUID(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { place, byte in
                [8, 13, 18, 23].contains(place)
                    ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
            }
    }

    /// Why a condition on an id is none that the issuer could send; ids come as strings, also those of digits alone.
    static func idFault(
        _ condition: ClaimCondition, _ ids: [String], _ title: String, _ isForm: (String) -> Bool, _ example: String
    ) -> String? {
        guard ids.contains(where: { ClaimPath($0) == ClaimPath(condition.claim) }) else { return nil }
        if case .text(let text) = condition.value, isForm(text) { return nil }
        return "\(title) sends `\(BoundedText.shown(condition.claim))` as a string such as \"\(example)\""
    }
}
