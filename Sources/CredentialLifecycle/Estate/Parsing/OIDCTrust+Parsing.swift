internal import TenureAPI
internal import TenureModel

extension OIDCTrust {
    /// Parses the issuer, audience and conditions of a trust; whether they are safe is judged by `TrustRule`.
    init(
        _ read: FieldReader, preset: String?, issuer: IssuerBody?, audience: String, claims: [String: ClaimValue],
        presentations: PresentationsValue?
    ) throws(FieldFault) {
        var parsedPreset: Preset?
        if let preset { parsedPreset = try read.choice(preset, "preset", of: Preset.self) }
        let url = try Self.issuerURL(read, parsedPreset, issuer)
        guard (1...256).contains(audience.utf8.count), audience.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw read.fault("audience", "1 to 256 visible ASCII characters")
        }
        guard claims.count <= 32 else { throw read.fault("claims", "at most 32 conditions") }
        // A dictionary has no order; entries and rows need one.
        let conditions = claims.sorted { $0.key < $1.key }.map { claim, value in
            ClaimCondition(claim: claim, value: ClaimCondition.Value(value))
        }
        for condition in conditions where !(1...128).contains(condition.claim.utf8.count) {
            throw read.fault("claims", "the name of a claim has 1 to 128 bytes")
        }
        let networks = try read.list(issuer?.networks, "issuer.networks", max: 64) {
            (text, field) throws(FieldFault) in
            guard let block = try? NetworkBlock(text) else { throw read.fault(field, "a block such as 10.0.0.0/8") }
            return block.text
        }
        self.init(
            preset: parsedPreset, issuer: url, keys: try Self.keySource(read, issuer?.jwks), caPEM: issuer?.caPem,
            networks: networks, audience: audience, conditions: conditions,
            presentations: try PresentationLimit(read, presentations, preset: parsedPreset))
    }

    private static func issuerURL(
        _ read: FieldReader, _ preset: Preset?, _ issuer: IssuerBody?
    ) throws(FieldFault) -> String {
        let url: String
        switch (issuer?.url, preset) {
        case (let given?, _): url = given
        case (nil, .github): url = "https://token.actions.githubusercontent.com"
        case (nil, .gitlab): url = "https://gitlab.com"
        case (nil, .kubernetes), (nil, nil): throw read.fault("issuer.url", "is missing")
        }
        guard url.hasPrefix("https://"), (9...512).contains(url.utf8.count),
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw read.fault("issuer.url", "an https address") }
        return url
    }

    private static func keySource(_ read: FieldReader, _ keys: KeySetBody?) throws(FieldFault) -> KeySource {
        switch (keys?.url, keys?.set) {
        case (nil, nil): return .discovery
        case (let url?, nil):
            guard url.hasPrefix("https://") else { throw read.fault("issuer.jwks.url", "an https address") }
            return .url(url)
        case (nil, let set?): return .fixed(set)
        case (_?, _?): throw read.fault("issuer.jwks", "url or file, not both")
        }
    }
}

extension PresentationLimit {
    /// The default is the preset's: CI jobs present one token several times, pods until it ends (THREATS, T17).
    init(_ read: FieldReader, _ value: PresentationsValue?, preset: OIDCTrust.Preset?) throws(FieldFault) {
        switch value {
        case .count(let count):
            guard (1...10_000).contains(count) else { throw read.fault("presentations", "from 1 to 10000") }
            self = .count(count)
        case .word("once"): self = .once
        case .word("until-expiry"): self = .untilExpiry
        case .word: throw read.fault("presentations", "a number, once or until-expiry")
        case nil:
            switch preset {
            case .kubernetes: self = .untilExpiry
            case .github, .gitlab, nil: self = .count(20)
            }
        }
    }
}

extension ClaimCondition.Value {
    init(_ value: ClaimValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .number(let number): self = .number(number)
        case .flag(let flag): self = .flag(flag)
        }
    }
}

extension EntitlementConstraints {
    /// Parses what narrows an entitlement.
    init(_ read: FieldReader, _ body: ConstraintsBody?) throws(FieldFault) {
        self.init()
        guard let body else { return }
        if body.uses != nil { throw read.fault("constraints.uses", "is not supported yet") }
        if let texts = body.scopes {
            scopes = try read.list(texts, "constraints.scopes", max: 64) { (text, field) throws(FieldFault) in
                try read.scope(text, field)
            }
        }
        if let texts = body.audiences {
            audiences = try read.list(texts, "constraints.audiences", max: 64) { (text, field) throws(FieldFault) in
                try read.audience(text, field)
            }
        }
        if let texts = body.names {
            names = try read.list(texts, "constraints.names", max: 64) { (text, field) throws(FieldFault) in
                guard (1...253).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                    throw read.fault(field, "1 to 253 visible ASCII characters")
                }
                return text
            }
        }
        if let seconds = body.lifetimeSeconds {
            lifetimeSeconds = try read.lifetime(seconds, "constraints.lifetime_seconds").seconds
        }
        if let texts = body.networks {
            networks = try read.list(texts, "constraints.networks", max: 64) { (text, field) throws(FieldFault) in
                guard let block = try? NetworkBlock(text) else { throw read.fault(field, "a block such as 10.0.0.0/8") }
                return block.text
            }
        }
    }
}
