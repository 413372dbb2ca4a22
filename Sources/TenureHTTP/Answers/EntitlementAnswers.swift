internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

extension ConstraintsBody {
    /// Nil of constraints that narrow nothing.
    init?(_ constraints: EntitlementConstraints) {
        guard constraints != .unconstrained else { return nil }
        self.init(
            scopes: constraints.scopes?.map(\.text), audiences: constraints.audiences?.map(\.text),
            names: constraints.names, lifetimeSeconds: constraints.lifetimeSeconds, networks: constraints.networks)
    }
}

extension EntitlementAnswer {
    init(_ entitlement: Entitlement, _ names: ObjectNames) {
        let terms = entitlement.terms
        self.init(
            id: entitlement.id.text, version: entitlement.version, identity: names.reference(entitlement.identity),
            profile: names.reference(entitlement.profile), state: entitlement.state.rawValue,
            approval: names.profile(entitlement.profile)?.approval.rawValue,
            constraints: ConstraintsBody(terms.constraints), justification: terms.justification.text,
            starts: terms.starts.secondsText, ends: terms.ends?.secondsText, review: terms.review?.secondsText,
            grantedBy: names.reference(entitlement.granter),
            approvedBy: entitlement.approver.map { names.reference($0) })
    }

    /// The entitlement after a change, with what the change killed.
    init(_ entitlement: Entitlement, _ outcome: ChangeOutcome, _ names: ObjectNames) {
        self.init(entitlement, names)
        let place = outcome.recorded?.place
        if place == nil, entitlement.number < 0 { id = nil }
        dies = DiesAnswer(outcome.counts)
        warnings = WarningAnswer.list(outcome.changes.flatMap(\.warnings))
        auditIndex = place?.index
        checkpoint = place?.checkpoint
    }
}
