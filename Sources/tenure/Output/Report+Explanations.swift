internal import TenureAPI

extension Report {
    mutating func credential(_ credential: CredentialAnswer) {
        row("Credential", "credential/" + credential.id)
        row("Kind", credential.kind)
        row("State", credential.state)
        row("Identity", credential.identity)
        row("Owner", credential.owner)
        row("Environment", credential.environment)
        row("Purpose", credential.purpose)
        row("Profile", credential.profile)
        row("Entitlement", credential.entitlement)
        row("Trust", credential.trust)
        row("Audience", credential.audience)
        row("Scope", credential.scope)
        row("Serial", credential.serial)
        row("Names", credential.names)
        row("Replaces", credential.replaces.map { "credential/" + $0 })
        row("Valid", "\(credential.notBefore) to \(credential.notAfter)")
        row("Audit index", credential.auditIndex)
    }

    mutating func explanation(_ explanation: CredentialExplanationAnswer) {
        credential(explanation.credential)
        line("")
        line("Why it exists")
        row("Held by", "\(explanation.identity.reference), \(explanation.identity.state)")
        row("Owned by", "\(explanation.owner.reference), \(explanation.owner.state)")
        let entitlement = explanation.entitlement
        row("Entitled by", "\(entitlement.version) to \(entitlement.profile)")
        row("Because", entitlement.justification)
        row("Granted", "\(entitlement.grantedBy), \(entitlement.grantedAt)")
        row("Approved", "\(entitlement.approvedBy), \(entitlement.approvedAt)")
        row("Proved by", Self.proof(explanation.authentication))
        row("Recorded", "\(explanation.recordedAt), entry \(explanation.auditIndex)")
        row("In the log", explanation.proof.map { "proved in a tree of \($0.size) entries" })
        guard let end = explanation.end else { return }
        line("")
        line("Why it ended")
        row("Cause", end.cause)
        row("What was cut", end.object ?? end.kind.map { Self.cutWords[$0] ?? $0 })
        row("Reason", end.reason)
        row("By", end.by)
        row("At", end.at + (end.auditIndex.map { ", entry \($0)" } ?? ""))
        row("Lists show it", explanation.revocationSeconds.map { "within \($0) s" })
    }

    mutating func explanation(_ login: LoginExplanationAnswer) {
        row("Login", "login/" + login.id)
        row("At", login.at)
        row("Outcome", login.outcome)
        row("Method", login.method)
        row("Issuer", login.issuer)
        row("Identity", login.identity)
        row("Owner", login.owner)
        row("From", login.source)
        row("Detail", login.detail)
        for attempt in login.attempts {
            line("")
            line("\(attempt.trust)\(attempt.identity.map { " for " + $0 } ?? "")")
            guard !attempt.bounds.isEmpty else { continue }
            table(
                ["", "bound", "expected", "actual"],
                attempt.bounds.map { [$0.met ? "ok" : "NO", $0.bound, $0.expected, $0.actual] })
        }
    }

    /// What a reference without a name of its own is, by its letter.
    private static let cutWords = [
        "v": "its environment", "n": "the instance that asked for it", "c": "the credential itself",
        "f": "its family: the first of its renewals", "a": "the login that it came of", "s": "its key",
        "k": "the key that signed it",
    ]

    private static func proof(_ authentication: AuthenticationAnswer) -> String {
        var parts = [authentication.how]
        if let trust = authentication.trust { parts.append(trust) }
        if let issuer = authentication.issuer { parts.append("issuer " + issuer) }
        if let credential = authentication.credential { parts.append(credential) }
        if let source = authentication.source { parts.append("from " + source) }
        return parts.joined(separator: ", ")
    }
}
