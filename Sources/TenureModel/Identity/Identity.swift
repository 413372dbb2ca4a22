/// Who may hold a credential, or own who does. Each change makes a new version; an environment never changes.
package struct Identity: Hashable, Sendable {
    package var id: IdentityID
    /// The audit index of the entry that made it: its number in `i` and `o` references. −1 until it is recorded.
    package var number: Int64
    package var version: Int64
    package var name: Name
    package var state: IdentityState
    package var body: IdentityBody

    package init(
        id: IdentityID, number: Int64, version: Int64, name: Name, state: IdentityState, body: IdentityBody
    ) {
        self.id = id
        self.number = number
        self.version = version
        self.name = name
        self.state = state
        self.body = body
    }

    package var reference: ObjectReference { ObjectReference(kind: .init(id.kind), name: name.text) }

    /// The workload's part, or nil of a person or a team.
    package var workload: Workload? {
        if case .workload(let workload) = body { workload } else { nil }
    }
}

/// Suspending cuts; resuming lets the identity ask anew and revives nothing. What has ended stays a tombstone.
package enum IdentityState: String, Hashable, Sendable, CaseIterable, Codable {
    case active, suspended, ended
}

/// What only one kind of identity has.
package enum IdentityBody: Hashable, Sendable {
    case person
    /// The people who act for the team.
    case team(members: [PersonID])
    case workload(Workload)
}

/// What a workload has beside its name. The owner is a person or a team; that they live is checked at each issuance.
package struct Workload: Hashable, Sendable {
    /// What sort of program it is.
    package enum Class: String, Hashable, Sendable, CaseIterable, Codable {
        case service
        case ciJob = "ci_job"
        case aiAgent = "ai_agent"
        case thirdParty = "third_party"
    }

    package var workloadClass: Class
    package var owner: IdentityID
    package var backupOwner: IdentityID?
    package var purpose: Sentence
    package var environment: EnvironmentName

    package init(
        workloadClass: Class, owner: IdentityID, backupOwner: IdentityID?, purpose: Sentence,
        environment: EnvironmentName
    ) {
        self.workloadClass = workloadClass
        self.owner = owner
        self.backupOwner = backupOwner
        self.purpose = purpose
        self.environment = environment
    }
}
