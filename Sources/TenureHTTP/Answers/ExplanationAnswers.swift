internal import AuditLog
internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

extension CredentialExplanationAnswer {
    init(_ explanation: CredentialExplanation, _ names: ObjectNames) {
        let view = explanation.view
        let credential = view.credential
        let entry = explanation.entry
        let checkpoint = CheckpointAnswer(explanation.checkpoint)
        self.init(
            credential: CredentialAnswer(view, names),
            identity: PartyAnswer(credential.identity, credential.identityVersion, view.identity, names),
            owner: PartyAnswer(credential.owner, credential.ownerVersion, view.owner, names),
            entitlement: EntitlementBasisAnswer(explanation, names),
            authentication: AuthenticationAnswer(explanation, names),
            recordedAt: entry.at.description, auditIndex: credential.index,
            proof: InclusionProofAnswer(explanation.proof, leafHash: explanation.leafHash, checkpoint: nil),
            end: CredentialEndAnswer(view, names), revocationSeconds: view.revocationSeconds, checkpoint: checkpoint)
    }
}

extension CredentialView {
    fileprivate var revocationSeconds: Int64? {
        guard case .certificate(let profile)? = profile?.body else { return nil }
        return profile.revocationSeconds
    }
}

extension PartyAnswer {
    fileprivate init(_ id: IdentityID, _ version: Int64, _ identity: Identity?, _ names: ObjectNames) {
        self.init(
            reference: names.reference(id), id: id.text, version: version,
            state: (identity?.state ?? .ended).rawValue)
    }
}

extension EntitlementBasisAnswer {
    fileprivate init(_ explanation: CredentialExplanation, _ names: ObjectNames) {
        let grant = explanation.grant
        let entitlement = explanation.entitlement
        let credential = explanation.view.credential
        let terms = entitlement.terms
        self.init(
            version: entitlement.versionText,
            profile: names.reference(entitlement.profile) + "@" + String(credential.profileVersion),
            justification: terms.justification.text, grantedBy: names.reference(entitlement.granter),
            grantedAt: grant.grantedAt.description,
            approvedBy: entitlement.approver.map { names.reference($0) } ?? "",
            approvedAt: grant.approvedAt.description, constraints: ConstraintsBody(terms.constraints),
            ends: terms.ends?.secondsText, auditIndex: grant.index)
    }
}

extension AuthenticationAnswer {
    fileprivate init(_ explanation: CredentialExplanation, _ names: ObjectNames) {
        let entry = explanation.entry
        self.init(
            how: entry.actor.how.rawValue, trust: names.reference(explanation.view.credential.trust),
            issuer: explanation.trust?.oidc?.issuer, session: entry.actor.session?.text, source: entry.source)
    }
}

extension CredentialEndAnswer {
    fileprivate init?(_ view: CredentialView, _ names: ObjectNames) {
        switch view.state {
        case .active: return nil
        case .expired: self.init(cause: "expiry", at: view.credential.notAfter.secondsText)
        case .revoked:
            guard let death = view.killedBy else { return nil }
            let reference = death.reference
            self.init(
                cause: "mark", kind: reference.kind.rawValue,
                number: reference.kind.isIndexed ? String(reference.number) : reference.hexText,
                object: names.object(reference), cut: death.cutIndex, reason: death.reason.rawValue,
                by: death.by?.id.map { id in (try? IdentityID(id)).map { names.reference($0) } ?? id },
                at: death.at?.description ?? "", auditIndex: death.cutIndex)
        }
    }
}

extension LoginExplanationAnswer {
    /// From the entry of a login, refused or not.
    init(_ entry: AuditEntry, id: String, index: Int64, _ names: ObjectNames) {
        let details = entry.details.compactMap { member -> (key: String, value: String)? in
            guard case .text(let text) = member.value else { return nil }
            return (member.key, text)
        }
        func detail(_ key: String) -> String? { details.first { $0.key == key }?.value }
        var attempts = Self.attempts(details, names)
        // A login that went well names its trust in the version that it used.
        if attempts.isEmpty, let trust = detail("trust")?.split(separator: "@"), let id = trust.first,
            let known = try? TrustID(String(id))
        {
            let version = trust.count == 2 ? "@" + trust[1] : ""
            attempts = [LoginAttemptAnswer(trust: names.reference(known) + version, bounds: [])]
        }
        self.init(
            id: id, at: entry.at.description, outcome: entry.outcome.rawValue, method: entry.actor.how.rawValue,
            source: entry.source, identity: entry.actor.id.flatMap { try? IdentityID($0) }.map { names.reference($0) },
            owner: detail("owner"), detail: detail("reason"), attempts: attempts, auditIndex: index)
    }

    /// Details `bound.PLACE.NAME` with the text `holds|fails: expected E, actual A`, one attempt per place.
    private static func attempts(
        _ details: [(key: String, value: String)], _ names: ObjectNames
    ) -> [LoginAttemptAnswer] {
        var attempts: [(place: Substring, answer: LoginAttemptAnswer)] = []
        for (key, value) in details {
            let parts = key.split(separator: ".", maxSplits: 2)
            guard parts.count >= 2, parts[0] == "bound" || parts[0] == "trust" else { continue }
            let place = attempts.firstIndex { $0.place == parts[1] } ?? attempts.count
            if place == attempts.count { attempts.append((parts[1], LoginAttemptAnswer(trust: "", bounds: []))) }
            if parts[0] == "trust" {
                attempts[place].answer.trust = (try? TrustID(value)).map { names.reference($0) } ?? value
            } else if parts.count == 3 {
                attempts[place].answer.bounds.append(BoundAnswer(String(parts[2]), value))
            }
        }
        return attempts.map(\.answer)
    }
}

extension BoundAnswer {
    fileprivate init(_ name: String, _ verdict: String) {
        let isMet = verdict.hasPrefix("holds")
        let rest = verdict.split(separator: ": expected ", maxSplits: 1).last.map(String.init) ?? verdict
        let parts = rest.split(separator: ", actual ", maxSplits: 1).map(String.init)
        self.init(bound: name, expected: parts.first ?? "", actual: parts.count == 2 ? parts[1] : "", met: isMet)
    }
}
