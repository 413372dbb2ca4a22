internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

/// Trusts and entitlements of single calls are read by the same rules as those of an estate: as an estate of one item.
enum EstateItems {
    static func oidc(
        preset: String?, issuer: IssuerBody?, audience: String, claims: [String: ClaimValue],
        presentations: PresentationsValue?
    ) throws(Refusal) -> OIDCTrust {
        let item = EstateTrust(
            name: placeholder, workload: placeholder, preset: preset, issuer: issuer, audience: audience,
            claims: claims, presentations: presentations)
        guard let oidc = try parsed(trusts: [item]).trusts.first.flatMap(Self.oidc) else {
            throw Refusal(Problem(.unavailable))
        }
        return oidc
    }

    static func entitlement(_ item: EstateEntitlement) throws(Refusal) -> DesiredEntitlement {
        guard var desired = try parsed(entitlements: [item]).entitlements.first else {
            throw Refusal(Problem(.unavailable))
        }
        desired.path = ""
        return desired
    }

    static func constraints(_ body: ConstraintsBody) throws(Refusal) -> EntitlementConstraints {
        try entitlement(
            EstateEntitlement(
                identity: "person/" + placeholder, profile: placeholder, constraints: body, justification: placeholder)
        ).constraints
    }

    private static let placeholder = "x"

    private static func oidc(_ trust: DesiredTrust) -> OIDCTrust? {
        if case .oidc(let oidc) = trust.method { oidc } else { nil }
    }

    private static func parsed(
        trusts: [EstateTrust] = [], entitlements: [EstateEntitlement] = []
    ) throws(Refusal) -> DesiredState {
        do throws(FieldFault) {
            return try DesiredState(
                EstateDocument(
                    apiVersion: "tenure/1", estate: placeholder, people: [], teams: [], workloads: [], trusts: trusts,
                    entitlements: entitlements))
        } catch {
            throw .field(withoutPlace(error.field), error.detail)
        }
    }

    /// `trusts[0].issuer.url` is `issuer.url` of the body.
    private static func withoutPlace(_ field: String) -> String {
        for prefix in ["trusts[0].", "entitlements[0]."] where field.hasPrefix(prefix) {
            return String(field.dropFirst(prefix.count))
        }
        return field
    }
}
