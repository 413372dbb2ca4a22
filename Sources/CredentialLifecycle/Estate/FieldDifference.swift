internal import TenureModel

/// Which fields of an object differ between two versions, as people read them.
enum FieldDifference {
    typealias Field = PlannedChange.FieldChange

    static func of(_ old: Identity?, _ new: Identity) -> [Field] {
        pairs(old.map(fields), fields(new))
    }

    static func of(_ old: Trust?, _ new: Trust) -> [Field] {
        pairs(old.map(fields), fields(new))
    }

    static func of(_ old: Profile?, _ new: Profile) -> [Field] {
        pairs(old.map(fields), fields(new))
    }

    static func of(_ old: Entitlement?, _ new: Entitlement) -> [Field] {
        pairs(old.map(fields), fields(new))
    }

    private static func pairs(_ old: [(String, String?)]?, _ new: [(String, String?)]) -> [Field] {
        new.compactMap { field, to in
            let from = old?.first { $0.0 == field }?.1
            return from == to ? nil : Field(field: field, from: from, to: to)
        }
    }

    private static func fields(_ identity: Identity) -> [(String, String?)] {
        var fields: [(String, String?)] = [("state", identity.state.rawValue)]
        switch identity.body {
        case .person: break
        case .team(let members): fields.append(("members", members.map(\.text).joined(separator: " ")))
        case .workload(let workload):
            fields.append(("class", workload.workloadClass.rawValue))
            fields.append(("owner", workload.owner.text))
            fields.append(("backup_owner", workload.backupOwner?.text))
            fields.append(("purpose", workload.purpose.text))
            fields.append(("environment", workload.environment.text))
        }
        return fields
    }

    private static func fields(_ trust: Trust) -> [(String, String?)] {
        var fields: [(String, String?)] = [("state", trust.state.rawValue)]
        switch trust.method {
        case .bootstrap(let bootstrap): fields.append(("ends", bootstrap.ends.secondsText))
        case .oidc(let oidc):
            fields.append(("issuer", oidc.issuer))
            fields.append(("audience", oidc.audience))
            fields.append(("presentations", text(oidc.presentations)))
            for condition in oidc.conditions {
                fields.append(("claims.\(condition.claim)", text(condition.value)))
            }
            fields.append(("networks", oidc.networks.joined(separator: " ")))
        }
        return fields
    }

    private static func fields(_ profile: Profile) -> [(String, String?)] {
        var fields: [(String, String?)] = [
            ("state", profile.state.rawValue), ("approval", profile.approval.rawValue),
            ("environment", profile.environment?.text),
        ]
        switch profile.body {
        case .token(let token):
            fields.append(("audiences", token.audiences.map(\.text).joined(separator: " ")))
            fields.append(("scopes", token.scopes.map(\.text).joined(separator: " ")))
            fields.append(("lifetime_seconds", String(token.lifetime.seconds)))
            fields.append(("max_lifetime_seconds", String(token.maximumLifetime.seconds)))
            fields.append(("bare", String(token.bare)))
        case .certificate(let certificate):
            fields.append(("keys", certificate.keys.map(\.rawValue).joined(separator: " ")))
            fields.append(("names", certificate.names.joined(separator: " ")))
            fields.append(("usages", certificate.usages.map(\.rawValue).joined(separator: " ")))
            fields.append(("spiffe", String(certificate.spiffe)))
            fields.append(("lifetime_seconds", String(certificate.lifetime.seconds)))
            fields.append(("max_lifetime_seconds", String(certificate.maximumLifetime.seconds)))
            fields.append(("revocation_seconds", String(certificate.revocationSeconds)))
            fields.append(("foreign_consumers", String(certificate.foreignConsumers)))
        case .administration(let role):
            fields.append(("acts", role.acts.map(\.rawValue).joined(separator: " ")))
            fields.append(("scope", role.scope.rawValue))
        }
        return fields
    }

    private static func fields(_ entitlement: Entitlement) -> [(String, String?)] {
        let terms = entitlement.terms
        let constraints = terms.constraints
        return [
            ("state", entitlement.state.rawValue), ("justification", terms.justification.text),
            ("ends", terms.ends?.secondsText), ("review", terms.review?.secondsText),
            ("constraints.scopes", constraints.scopes?.map(\.text).joined(separator: " ")),
            ("constraints.audiences", constraints.audiences?.map(\.text).joined(separator: " ")),
            ("constraints.names", constraints.names?.joined(separator: " ")),
            ("constraints.lifetime_seconds", constraints.lifetimeSeconds.map { String($0) }),
            ("constraints.networks", constraints.networks?.joined(separator: " ")),
            ("approver", entitlement.approver?.text),
        ]
    }

    private static func text(_ limit: PresentationLimit) -> String {
        switch limit {
        case .count(let count): String(count)
        case .untilExpiry: "until-expiry"
        }
    }

    private static func text(_ value: ClaimCondition.Value) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): String(number)
        case .flag(let flag): String(flag)
        }
    }
}
