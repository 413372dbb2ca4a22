internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

extension TrustAnswer {
    init(_ trust: Trust, _ names: ObjectNames) {
        self.init(
            id: trust.id.text, name: trust.name.text, identity: names.reference(trust.identity),
            state: trust.state.rawValue, version: trust.version, method: "oidc")
        switch trust.method {
        case .bootstrap(let bootstrap):
            method = "bootstrap"
            ends = bootstrap.ends.secondsText
        case .oidc(let oidc):
            preset = oidc.preset?.rawValue
            issuer = IssuerBody(oidc)
            audience = oidc.audience
            claims = oidc.claimValues
            presentations = PresentationsValue(oidc.presentations)
        }
    }

    /// The trust after a change, with what the change killed.
    init(_ trust: Trust, _ outcome: ChangeOutcome, _ names: ObjectNames) {
        self.init(trust, names)
        let place = outcome.recorded?.place
        if place == nil, trust.number < 0 { id = nil }
        dies = DiesAnswer(outcome.counts)
        warnings = WarningAnswer.list(outcome.changes.flatMap(\.warnings))
        auditIndex = place?.index
        checkpoint = place?.checkpoint
    }
}

extension IssuerBody {
    init(_ oidc: OIDCTrust) {
        let jwks: KeySetBody? =
            switch oidc.keys {
            case .discovery: nil
            case .url(let url): KeySetBody(url: url)
            case .fixed(let set): KeySetBody(set: set)
            }
        self.init(
            url: oidc.issuer, jwks: jwks, caPem: oidc.caPEM, networks: oidc.networks.isEmpty ? nil : oidc.networks)
    }
}

extension OIDCTrust {
    var claimValues: [String: ClaimValue] {
        Dictionary(
            conditions.map { condition in
                let value: ClaimValue =
                    switch condition.value {
                    case .text(let text): .text(text)
                    case .number(let number): .number(number)
                    case .flag(let flag): .flag(flag)
                    }
                return (condition.claim, value)
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension PresentationsValue {
    init(_ limit: PresentationLimit) {
        switch limit {
        case .count(let count): self = .count(count)
        case .untilExpiry: self = .word("until-expiry")
        }
    }
}
