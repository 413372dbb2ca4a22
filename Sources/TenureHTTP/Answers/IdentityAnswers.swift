internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

extension IdentityAnswer {
    init(_ identity: Identity, _ names: ObjectNames) {
        self.init(
            id: identity.id.text, reference: identity.reference.description, kind: identity.id.kind.rawValue,
            name: identity.name.text, state: identity.state.rawValue, version: identity.version)
        switch identity.body {
        case .person: break
        case .team(let people): members = people.map { names.name(.person($0)) }
        case .workload(let workload):
            workloadClass = workload.workloadClass.rawValue
            owner = names.reference(workload.owner)
            backupOwner = workload.backupOwner.map { names.reference($0) }
            purpose = workload.purpose.text
            environment = workload.environment.text
        }
    }

    /// The identity after a change, with what the change killed.
    init(_ identity: Identity, _ outcome: ChangeOutcome, _ names: ObjectNames) {
        self.init(identity, names)
        let place = outcome.recorded?.place
        if place == nil, identity.number < 0 { id = nil }
        dies = DiesAnswer(outcome.counts)
        warnings = WarningAnswer.list(outcome.changes.flatMap(\.warnings))
        auditIndex = place?.index
        checkpoint = place?.checkpoint
    }
}

extension OwnerAnswer {
    init(_ owner: Identity, owns: [Identity], backs: [Identity]) {
        self.init(
            owner: owner.reference.description, state: owner.state.rawValue,
            owns: owns.map(\.reference.description), backs: backs.map(\.reference.description))
    }
}
