internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel

/// Which fields of an object differ between two versions, as people read them. What is not among these fields can be
/// changed without a plan showing it, and a stale plan would not be noticed by it: every field is here (P7).
enum FieldDifference {
    typealias Field = PlannedChange.FieldChange

    /// - Parameter name: `person/ada` of an id; the ids of what a plan makes are others each time that it is made.
    static func of(_ old: Identity?, _ new: Identity, name: (IdentityID) -> String) -> [Field] {
        pairs(old.map { fields($0, name) }, fields(new, name))
    }

    static func of(_ old: Trust?, _ new: Trust) -> [Field] {
        pairs(old.map(fields), fields(new))
    }

    static func of(_ old: Profile?, _ new: Profile) -> [Field] {
        pairs(old.map(fields), fields(new))
    }

    static func of(_ old: Entitlement?, _ new: Entitlement) -> [Field] {
        let fields = pairs(old.map(fields), fields(new))
        // A new one starts when it is made, which is later when the plan is applied.
        guard let old, old.terms.starts != new.terms.starts else { return fields }
        let starts = Field(field: "starts", from: old.terms.starts.secondsText, to: new.terms.starts.secondsText)
        return fields + [starts]
    }

    private static func pairs(_ old: [(String, String?)]?, _ new: [(String, String?)]) -> [Field] {
        let old = old ?? []
        // A condition that is taken out of a trust is in the old version alone.
        let gone = old.filter { field, _ in !new.contains { $0.0 == field } }.map { ($0.0, String?.none) }
        return (new + gone).compactMap { field, to in
            let from = old.first { $0.0 == field }?.1
            return from == to ? nil : Field(field: field, from: from, to: to)
        }
    }

    private static func fields(_ identity: Identity, _ name: (IdentityID) -> String) -> [(String, String?)] {
        var fields: [(String, String?)] = [("state", identity.state.rawValue)]
        switch identity.body {
        case .person: break
        case .team(let members):
            fields.append(("members", members.map { name(.person($0)) }.sorted().joined(separator: " ")))
        case .workload(let workload):
            fields.append(("class", workload.workloadClass.rawValue))
            fields.append(("owner", name(workload.owner)))
            fields.append(("backup_owner", workload.backupOwner.map(name)))
            fields.append(("purpose", workload.purpose.text))
            fields.append(("environment", workload.environment.text))
        }
        return fields
    }

    private static func fields(_ trust: Trust) -> [(String, String?)] {
        var fields: [(String, String?)] = [("state", trust.state.rawValue)]
        switch trust.method {
        case .bootstrap(let bootstrap):
            fields.append(("ends", bootstrap.ends.secondsText))
            fields.append(("secret", Hex.text(bootstrap.secretHash)))
        case .oidc(let oidc):
            fields.append(("preset", oidc.preset?.rawValue))
            fields.append(("issuer", oidc.issuer))
            fields.append(("issuer.jwks", text(oidc.keys)))
            fields.append(("issuer.ca", oidc.caPEM.map(digest)))
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
            ("granter", entitlement.granter.text), ("ends", terms.ends?.secondsText),
            ("review", terms.review?.secondsText),
            ("constraints.scopes", constraints.scopes?.map(\.text).joined(separator: " ")),
            ("constraints.audiences", constraints.audiences?.map(\.text).joined(separator: " ")),
            ("constraints.names", constraints.names?.joined(separator: " ")),
            ("constraints.lifetime_seconds", constraints.lifetimeSeconds.map { String($0) }),
            ("constraints.networks", constraints.networks?.joined(separator: " ")),
            ("approver", entitlement.approver?.text),
        ]
    }

    private static func text(_ keys: OIDCTrust.KeySource) -> String {
        switch keys {
        case .discovery: "discovery"
        case .url(let url): url
        case .fixed(let set): digest(set)
        }
    }

    /// Long texts are shown as what tells them apart.
    private static func digest(_ text: String) -> String { "sha256:" + Hex.text(SHA256.hash(Array(text.utf8))) }

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
