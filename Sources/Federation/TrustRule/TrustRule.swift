internal import TenureAPI
package import TenureModel

/// Decides whether a trust rule may be stored (THREATS, T18, T19): before the first token, since a rule that lets
/// strangers in looks like one that works.
package enum TrustRule {
    package static let conditionCountMax = 32
    package static let claimNameBytesMax = 128
    package static let claimValueBytesMax = 1024
    package static let audienceBytesMax = 256
    package static let issuerBytesMax = 512
    package static let presentationCountMax: Int64 = 10_000

    /// Checks a rule and says what is worth a word in one that is allowed.
    ///
    /// - Throws: everything that is wrong, each with its field and, where strangers would pass, the claims of one.
    package static func check(_ trust: OIDCTrust) throws(UnsafeTrust) -> [TrustWarning] {
        let findings =
            issuerFindings(trust) + KeySourceRule.findings(trust) + audienceFindings(trust)
            + ConditionRule.findings(trust) + bindingFindings(trust) + presentationFindings(trust)
        // defence: T18 T19
        guard findings.isEmpty else { throw UnsafeTrust(findings: findings) }
        return warnings(trust)
    }

    // MARK: Issuer, audience, presentations

    private static func issuerFindings(_ trust: OIDCTrust) -> [UnsafeTrust.Finding] {
        guard trust.issuer.utf8.count <= issuerBytesMax, let url = KeyURL(trust.issuer),
            !url.target.utf8.contains(UInt8(ascii: "?"))
        else {
            return [.init("issuer.url", "an issuer is an https address without user name, query and fragment")]
        }
        if let preset = trust.preset, let known = PublicIssuer.of(trust.issuer), known.preset != preset {
            return [.init("preset", "\(url.host) is \(known.title), for which this preset is not made")]
        }
        return []
    }

    private static func audienceFindings(_ trust: OIDCTrust) -> [UnsafeTrust.Finding] {
        var stranger = StrangerClaims(of: trust)
        let audience = trust.audience
        // defence: T19
        if audience.utf8.isEmpty {
            stranger.set("aud", .string("another-service"))
            return [
                .init(
                    "audience",
                    "a rule names the audience that the workload asks for, or a token for another service passes",
                    stranger: stranger.text)
            ]
        }
        guard audience.utf8.count <= audienceBytesMax, audience.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
            return [.init("audience", "an audience is 1 to \(audienceBytesMax) visible ASCII characters")]
        }
        if audience.utf8.contains(UInt8(ascii: "*")) {
            stranger.set("aud", .string(ConditionRule.filled(audience)))
            return [
                .init("audience", "audiences are compared whole; `*` stands for nothing else", stranger: stranger.text)
            ]
        }
        guard let owner = DefaultAudience.owner(of: trust) else { return [] }
        return [
            .init(
                "audience", "`\(BoundedText.shown(audience))` is \(owner); name one of your own, such as \"tenure\"",
                stranger: stranger.text)
        ]
    }

    private static func presentationFindings(_ trust: OIDCTrust) -> [UnsafeTrust.Finding] {
        guard case .count(let count) = trust.presentations, !(1...presentationCountMax).contains(count) else {
            return []
        }
        return [.init("presentations", "a token may be presented 1 to \(presentationCountMax) times")]
    }

    // MARK: Ids

    private static func bindingFindings(_ trust: OIDCTrust) -> [UnsafeTrust.Finding] {
        if let preset = PresetRule.of(trust) {
            return zip(preset.binding, preset.strangerIDs).compactMap { claim, id in
                guard trust.conditions.value(of: claim) == nil else { return nil }
                var stranger = StrangerClaims(of: trust)
                stranger.set(claim, .string(id))
                let detail =
                    "\(preset.title) gives names to others after a rename, a transfer or a deletion; bind "
                    + preset.binding.map { "`\($0)`" }.joined(separator: " and ")
                return .init(claim: claim, detail, stranger: stranger.text)
            } + protectionFindings(trust)
        }
        guard let known = PublicIssuer.of(trust.issuer) else { return [] }
        let isBound = known.bindings.contains { $0.allSatisfy { trust.conditions.value(of: $0) != nil } }
        guard !isBound, let binding = known.bindings.first else { return [] }
        var stranger = StrangerClaims(of: trust)
        for claim in binding where trust.conditions.value(of: claim) == nil {
            stranger.set(claim, .string("a-stranger"))
        }
        let names = binding.map { "`\($0)`" }.joined(separator: " and ")
        let detail = "\(known.title) gives tokens to everybody with an account; bind \(names)"
        return [.init(claim: binding[0], detail, stranger: stranger.text)]
    }

    /// On GitLab a rule on a branch says that the branch is protected: whoever may push makes any other.
    private static func protectionFindings(_ trust: OIDCTrust) -> [UnsafeTrust.Finding] {
        // defence: T18 (unprotected refs); becomes: return []
        guard (trust.preset ?? PublicIssuer.of(trust.issuer)?.preset) == .gitlab else { return [] }
        let names = ["ref", "ref_path"].filter { trust.conditions.value(of: $0) != nil }
        guard let name = names.first, trust.conditions.value(of: "ref_protected") == nil else { return [] }
        var stranger = StrangerClaims(of: trust)
        stranger.set("ref_protected", .string("false"))
        stranger.set("user_login", .string("any-developer"))
        let detail = "a rule on `\(name)` also binds `ref_protected: \"true\"`: whoever may push makes unprotected refs"
        return [.init(claim: "ref_protected", detail, stranger: stranger.text)]
    }

    // MARK: Warnings

    private static func warnings(_ trust: OIDCTrust) -> [TrustWarning] {
        var warnings: [TrustWarning] = []
        let preset = PresetRule.of(trust)
        if preset == nil, PublicIssuer.of(trust.issuer) == nil,
            !trust.conditions.contains(where: { isIDName($0.claim) })
        {
            let names = trust.conditions.map { "`" + BoundedText.shown($0.claim) + "`" }.joined(separator: ", ")
            warnings.append(
                TrustWarning(
                    .mutableClaim, field: "claims",
                    BoundedText.shown("\(names): names, not ids; whoever the issuer gives them to next passes")))
        }
        warnings += preset?.warnings(trust.conditions) ?? []
        if trust.presentations == .untilExpiry, trust.preset != .kubernetes {
            warnings.append(
                TrustWarning(
                    .unboundedPresentations, field: "presentations",
                    "a token that leaks may be presented any number of times until it ends"))
        }
        if PublicIssuer.of(trust.issuer) != nil, trust.keys != .discovery {
            warnings.append(
                TrustWarning(
                    .foreignKeys, field: "issuer.jwks",
                    "the keys do not come from where the issuer publishes them; its rotations will not be seen"))
        }
        return warnings
    }

    /// Whether a claim is an id by its name: `project_id`, `uid`, `/kubernetes.io/pod/uid`, `repositoryUuid`, `oid`.
    private static func isIDName(_ claim: String) -> Bool {
        guard let last = ClaimPath(claim)?.steps.last else { return false }
        let whole = ["id", "uid", "uuid", "oid", "tid"]
        let endings = ["_id", "-id", "_uid", "_uuid", "-uid", "-uuid", "Id", "ID", "Uid", "Uuid", "UUID"]
        return whole.contains { last.elementsEqual($0.utf8) }
            || endings.contains { last.count > $0.utf8.count && last.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }
}
