internal import TenureAPI
internal import TenureModel

/// What claim conditions may look like: exact values of named claims. A pattern is refused, since it would be compared
/// literally and let nobody in, or be believed to bind where it does not.
enum ConditionRule {
    static func findings(_ trust: OIDCTrust) -> [UnsafeTrust.Finding] {
        var stranger = StrangerClaims(of: trust)
        // defence: T19
        if trust.conditions.isEmpty {
            stranger.set("sub", .string("anybody-with-an-account"))
            return [
                .init(
                    "claims", "without a condition everybody who gets a token of this issuer passes",
                    stranger: stranger.text)
            ]
        }
        guard trust.conditions.count <= TrustRule.conditionCountMax else {
            return [.init("claims", "a rule has at most \(TrustRule.conditionCountMax) conditions")]
        }
        var seen: Set<ClaimPath> = []
        return trust.conditions.flatMap { condition -> [UnsafeTrust.Finding] in
            guard let path = path(condition.claim) else {
                return [.init(claim: condition.claim, "is no name of a claim; nested ones are named as `/outer/inner`")]
            }
            guard seen.insert(path).inserted else {
                return [.init(claim: condition.claim, "stands twice; all conditions must hold")]
            }
            return findings(condition, path, trust)
        }
    }

    private static func findings(
        _ condition: ClaimCondition, _ path: ClaimPath, _ trust: OIDCTrust
    ) -> [UnsafeTrust.Finding] {
        if path.steps.count == 1, reserved.contains(where: { path.steps[0].elementsEqual($0.utf8) }) {
            return [.init(claim: condition.claim, "is judged by itself and tells nobody from anybody")]
        }
        if case .text(let text) = condition.value {
            guard (1...TrustRule.claimValueBytesMax).contains(text.utf8.count), isPrintable(text) else {
                let bytes = TrustRule.claimValueBytesMax
                return [
                    .init(claim: condition.claim, "a value is 1 to \(bytes) bytes of text without control characters")
                ]
            }
            // defence: T19
            if let detail = patternDetail(text, path) {
                var stranger = StrangerClaims(of: trust)
                stranger.set(condition.claim, .string(filled(text)))
                return [.init(claim: condition.claim, detail, stranger: stranger.text)]
            }
        }
        guard let fault = PresetRule.of(trust)?.fault(condition) else { return [] }
        return [.init(claim: condition.claim, fault + "; as it stands nobody would pass")]
    }

    private static func path(_ claim: String) -> ClaimPath? {
        guard claim.utf8.count <= TrustRule.claimNameBytesMax, isPrintable(claim),
            !claim.utf8.contains(UInt8(ascii: "*"))
        else { return nil }
        return ClaimPath(claim)
    }

    /// Why a value reads as a pattern; nil where it does not. `/` and `,` are what they are (THREATS, T19).
    private static func patternDetail(_ text: String, _ path: ClaimPath) -> String? {
        let utf8 = Array(text.utf8)
        let shown = BoundedText.shown(text)
        if utf8.contains(UInt8(ascii: "*")) {
            return "`\(shown)` looks like a wildcard; values are compared whole, so bind a claim that is equal for all "
                + "that are meant, such as an id, or write one trust for each"
        }
        if utf8.first == UInt8(ascii: "^") || utf8.last == UInt8(ascii: "$") {
            return "`\(shown)` looks like a regular expression; values are compared whole"
        }
        let isRef = ["ref", "ref_path", "sub", "workflow_ref", "job_workflow_ref"].contains {
            path.steps.count == 1 && path.steps[0].elementsEqual($0.utf8)
        }
        if isRef, utf8.contains(where: { Array("?[(|".utf8).contains($0) }) {
            return "`\(shown)` looks like a pattern; values are compared whole"
        }
        return nil
    }

    /// What would match if `*` were a wildcard.
    static func filled(_ pattern: String) -> String {
        var filled: [UInt8] = []
        for byte in pattern.utf8 {
            if byte == UInt8(ascii: "*") { filled += Array("anything".utf8) } else { filled.append(byte) }
        }
        return String(decoding: filled, as: UTF8.self)
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }

    /// Judged by fields of their own, or different in every token.
    private static let reserved = ["iss", "aud", "exp", "nbf", "iat", "jti"]
}
