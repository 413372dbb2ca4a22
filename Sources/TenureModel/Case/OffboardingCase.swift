/// One offboarding, from plan to close. Each change of its state makes a new row version.
package struct OffboardingCase: Hashable, Sendable {
    /// How far a case has come.
    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
        case planned, approved, applied, proved, closed, refused
    }

    package var id: CaseID
    package var version: Int64
    package var state: State
    package var target: IdentityID
    package var transferTo: IdentityID?
    package var reason: RevocationReason
    /// Every identity that ends with it, the target first.
    package var ends: [IdentityID]
    /// Every workload that passes to `transferTo`.
    package var passes: [IdentityID]

    package init(
        id: CaseID, version: Int64, state: State, target: IdentityID, transferTo: IdentityID?,
        reason: RevocationReason, ends: [IdentityID], passes: [IdentityID]
    ) {
        self.id = id
        self.version = version
        self.state = state
        self.target = target
        self.transferTo = transferTo
        self.reason = reason
        self.ends = ends
        self.passes = passes
    }
}
