package import AuditLog
package import TenureModel

/// One entry with all that it writes: what an act leaves behind, at one place in the log.
///
/// A row of an audited table can be written in no other way, so nothing is written without its entry.
package struct PendingEntry: Hashable, Sendable {
    /// `entry.rows` is filled from `rows` and `marks` when the entry is prepared.
    package var entry: AuditEntry
    package var rows: [AuditedRow]
    package var marks: [PendingMark]

    package init(entry: AuditEntry, rows: [AuditedRow] = [], marks: [PendingMark] = []) {
        self.entry = entry
        self.rows = rows
        self.marks = marks
    }
}

/// A change (and perhaps a cut) of one reference, at the index of the entry that carries it.
package struct PendingMark: Hashable, Sendable {
    package var reference: LineageReference
    /// Whether everything up to here dies; else the object only changed.
    package var cuts: Bool
    package var reason: RevocationReason

    package init(_ reference: LineageReference, cuts: Bool, reason: RevocationReason = .unspecified) {
        self.reference = reference
        self.cuts = cuts
        self.reason = reason
    }
}

/// What an operation leaves so that its outcome can be asked for later (FORMATS, section 4).
package struct OperationRecord: Hashable, Sendable {
    package var id: OperationID
    package var act: Act
    /// Who asked; nil where the broker itself acts.
    package var identity: IdentityID?
    /// `Idempotency-Key`, if the caller gave one; unique with the identity for 24 hours.
    package var idempotencyKey: String?
    /// SHA-256 of the request's body.
    package var requestHash: [UInt8]
    /// The id of what was made, if anything; shown by `GET /operations/{id}`.
    package var object: String?

    package init(
        id: OperationID, act: Act, identity: IdentityID?, idempotencyKey: String?, requestHash: [UInt8],
        object: String?
    ) {
        self.id = id
        self.act = act
        self.identity = identity
        self.idempotencyKey = idempotencyKey
        self.requestHash = requestHash
        self.object = object
    }
}

/// One use of an authentication that may be used a limited number of times (THREATS, T14 and T17).
package struct Presentation: Hashable, Sendable {
    /// The number of the `a` reference.
    package var authentication: Int64
    package var limit: Int64
    /// When the row may go.
    package var expires: Timestamp

    package init(authentication: Int64, limit: Int64, expires: Timestamp) {
        self.authentication = authentication
        self.limit = limit
        self.expires = expires
    }
}

/// How many live credentials an identity holds, as its issuance was decided on: `live` at most when the log had `size`
/// entries, and `max` with the one that is issued.
package struct LiveBound: Hashable, Sendable {
    /// The number of the identity.
    package var identity: Int64
    package var live: Int64
    package var size: Int64
    package var max: Int64

    package init(identity: Int64, live: Int64, size: Int64, max: Int64) {
        self.identity = identity
        self.live = live
        self.size = size
        self.max = max
    }
}

/// One member of a batch: a decision already taken on a snapshot of size `floor`, to be recorded if nothing on which it
/// rests has changed since (DESIGN, section 3, *the check of marks*).
package struct RecordingMember: Sendable {
    package var operation: OperationRecord
    package var floor: Int64
    /// All references on which the decision rests.
    package var references: [LineageReference]
    package var entries: [PendingEntry]
    package var presentation: Presentation?
    /// What it may not pass; nil of what issues nothing.
    package var liveBound: LiveBound?

    package init(
        operation: OperationRecord, floor: Int64, references: [LineageReference], entries: [PendingEntry],
        presentation: Presentation? = nil, liveBound: LiveBound? = nil
    ) {
        self.operation = operation
        self.floor = floor
        self.references = references
        self.entries = entries
        self.presentation = presentation
        self.liveBound = liveBound
    }
}

/// What an act decided inside its own transaction.
package struct ActOutcome<Value: Sendable>: Sendable {
    package var value: Value
    package var entries: [PendingEntry]
    package var presentation: Presentation?

    package init(value: Value, entries: [PendingEntry], presentation: Presentation? = nil) {
        self.value = value
        self.entries = entries
        self.presentation = presentation
    }
}

/// Where an operation went into the log.
package struct Recorded: Hashable, Sendable {
    package let operation: OperationID
    /// The index of the first of its entries; the others follow it without a gap.
    package let firstIndex: Int64
    /// One receipt per audited row that was written, in the order of the entries, their rows and their marks.
    package let receipts: [AuditReceipt]
    /// The newest signed checkpoint, for `checkpoint` in the answer. Under load one is signed each second, so it may be
    /// smaller than `firstIndex`; at rest it covers all entries.
    package let checkpoint: Checkpoint

    package init(operation: OperationID, firstIndex: Int64, receipts: [AuditReceipt], checkpoint: Checkpoint) {
        self.operation = operation
        self.firstIndex = firstIndex
        self.receipts = receipts
        self.checkpoint = checkpoint
    }
}

/// Why a member was not recorded, though the database is well. Nothing of it was written.
package enum RecordingRefusal: Error, Hashable, Sendable {
    /// A reference changed after the snapshot on which the member was decided: decide again.
    case changed(LineageReference)
    /// A closed reference is cut: nothing new may hang on it.
    case cut(LineageReference)
    /// The authentication was presented as often as its trust allows.
    case presentedTooOften
    /// The identity holds as many live credentials as it may, as far as the bound tells: count again.
    case tooManyLive
    /// The identity used this `Idempotency-Key` before; the operation that did.
    case idempotencyKeyUsed(OperationID)
    /// A large act was recorded less than five seconds ago, on whichever node: try again after so many seconds.
    case largeActTooSoon(retryAfterSeconds: Int64)
    /// Another node does the scheduled work by now.
    case dutyLost
    /// The act, judged inside its transaction, may not happen: a code of docs/problems.md, and a sentence for the
    /// caller.
    case denied(code: String, detail: String, field: String?)
    /// The act could not be judged inside its transaction; why, for the log alone. The same may be sent again.
    case undecided(String)
}

/// Why recording failed.
package enum RecordingError: Error, Hashable, Sendable {
    case refused(RecordingRefusal)
    /// A constraint of the schema refused the rows (P1): names it.
    case constraint(String)
    /// The queue is full or recording has stopped; nothing was written. Try again later.
    case unavailable(String)
    case diskFull
    /// The transaction may be durable or not: ask for the operation.
    case unknownOutcome(OperationID)
}
