internal import TenureAPI

extension Report {
    mutating func identity(_ identity: IdentityAnswer) {
        row("Identity", identity.reference)
        row("Id", identity.id)
        row("State", identity.state)
        row("Version", identity.version)
        row("Members", identity.members)
        row("Class", identity.workloadClass)
        row("Owner", identity.owner)
        row("Backup owner", identity.backupOwner)
        row("Purpose", identity.purpose)
        row("Environment", identity.environment)
        outcome(identity.warnings, identity.dies, identity.auditIndex)
    }

    mutating func trust(_ trust: TrustAnswer) {
        row("Trust", "trust/" + trust.name)
        row("Id", trust.id)
        row("For", trust.identity)
        row("State", trust.state)
        row("Version", trust.version)
        row("Method", trust.method)
        row("Preset", trust.preset)
        row("Issuer", trust.issuer?.url)
        row("Audience", trust.audience)
        for (claim, value) in (trust.claims ?? [:]).sorted(by: { $0.key < $1.key }) {
            row("Claim", "\(claim) = \(value.shown)")
        }
        row("Presentations", trust.presentations.map { $0.shown })
        row("Ends", trust.ends)
        outcome(trust.warnings, trust.dies, trust.auditIndex)
    }

    mutating func profile(_ profile: ProfileAnswer) {
        row("Profile", "profile/" + profile.name)
        row("Id", profile.id)
        row("Kind", profile.kind)
        row("State", profile.state)
        row("Version", profile.version)
        row("Environment", profile.environment)
        row("Approval", profile.approval)
        row("Lifetime", profile.lifetimeSeconds.map { "\($0) s, at most \(profile.maxLifetimeSeconds ?? $0) s" })
        row("Audiences", profile.audiences)
        row("Scopes", profile.scopes)
        row("Keys", profile.keys)
        row("Names", profile.names)
        row("Usages", profile.usages)
        row("Lists show it", profile.revocationSeconds.map { "within \($0) s" })
        row("SPIFFE id", profile.spiffe.map { $0 ? "yes" : "no" })
        row("Acts", profile.acts)
        row("Reaches", profile.scope)
        outcome(profile.warnings, profile.dies, profile.auditIndex)
    }

    mutating func entitlement(_ entitlement: EntitlementAnswer) {
        row("Entitlement", entitlement.id.map { "\($0)@\(entitlement.version)" })
        row("Identity", entitlement.identity)
        row("Profile", entitlement.profile)
        row("State", entitlement.state)
        row("Because", entitlement.justification)
        row("Granted by", entitlement.grantedBy)
        row("Approved by", entitlement.approvedBy)
        if entitlement.state == "requested" { row("Waits for", entitlement.approval.map { "approval by \($0)" }) }
        let constraints = entitlement.constraints
        row("Scopes", constraints?.scopes)
        row("Audiences", constraints?.audiences)
        row("Names", constraints?.names)
        row("Lifetime", constraints?.lifetimeSeconds.map { "at most \($0) s" })
        row("Networks", constraints?.networks)
        row("Uses", constraints?.uses)
        row("Starts", entitlement.starts)
        row("Ends", entitlement.ends)
        row("Review", entitlement.review)
        outcome(entitlement.warnings, entitlement.dies, entitlement.auditIndex)
    }

    private mutating func outcome(_ warnings: [WarningAnswer]?, _ dies: DiesAnswer?, _ index: Int64?) {
        self.warnings(warnings)
        self.dies(dies)
        row("Audit index", index)
    }
}

extension ClaimValue {
    var shown: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .number(let number): String(number)
        case .flag(let flag): String(flag)
        }
    }
}

extension PresentationsValue {
    var shown: String {
        switch self {
        case .count(let count): String(count)
        case .word(let word): word
        }
    }
}
