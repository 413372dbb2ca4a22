/// One version of an offboarding, which goes from plan to close. Each step makes a new row version, which names what
/// that step ended: the whole case is all of its versions.
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
    /// The identities that this step ended, in the order of their entries, which follow that of the case; in the first
    /// version the target first.
    package var ends: [IdentityID]
    /// The workloads that this step passed to `transferTo`; their entries follow those of `ends`.
    package var passes: [IdentityID]
    /// Of the version that closes it.
    package var receipt: SignedReceipt?

    /// A signed note (FORMATS, section 2), and its id.
    package struct SignedReceipt: Hashable, Sendable, Codable {
        package var id: ReceiptID
        package var note: String

        package init(id: ReceiptID, note: String) {
            self.id = id
            self.note = note
        }
    }

    package init(
        id: CaseID, version: Int64, state: State, target: IdentityID, transferTo: IdentityID?,
        reason: RevocationReason, ends: [IdentityID], passes: [IdentityID], receipt: SignedReceipt? = nil
    ) {
        self.id = id
        self.version = version
        self.state = state
        self.target = target
        self.transferTo = transferTo
        self.reason = reason
        self.ends = ends
        self.passes = passes
        self.receipt = receipt
    }
}
