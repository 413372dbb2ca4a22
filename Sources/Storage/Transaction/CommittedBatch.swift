internal import AuditLog
internal import Synchronization
internal import TenureModel

/// What one transaction leaves behind once it is committed.
struct CommittedBatch: Sendable {
    enum Outcome: Sendable {
        case recorded(PreparedMember, firstIndex: Int64)
        case failed(RecordingError)
    }

    /// One for each member, in their order.
    var outcomes: [Outcome]
    var head: LogHead
    var snapshot: Snapshot
    /// The checkpoint that was to be stored on the way, as it is stored now.
    var checkpoint: Checkpoint?
}

/// What a transaction starts from.
struct BatchStart: Sendable {
    let snapshot: Snapshot
    /// The head after the last batch, or after what was read last.
    let known: LogHead
    let now: Timestamp
    let dialect: SchemaDialect
    /// Signed after an earlier batch, and to be stored with this one.
    let checkpoint: Checkpoint?
}

extension BatchStart {
    /// Locks the head, and refuses one that is not the known one or an extension of it.
    fileprivate func lockedHead(_ connection: any SQLConnection) throws(StorageError) -> LogHead {
        let head = try HeadTable.read(connection, with: dialect.lockHead)
        // defence: T38
        try head.refuseLoss(of: known, connection)
        return head
    }
}

extension CommittedBatch {
    /// Records a batch in the transaction that `connection` is in.
    static func record(
        _ members: [PreparedMember], from start: BatchStart, _ connection: any SQLConnection
    ) throws(StorageError) -> CommittedBatch {
        let head = try start.lockedHead(connection)
        var batch = BatchTransaction(head: head, smallestFloor: members.map(\.floor).min() ?? 0)
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(members.count)
        for member in members {
            outcomes.append(Outcome(try batch.record(member, now: start.now, connection), member))
        }
        return try finish(batch, outcomes, from: start, oldHead: head, connection)
    }

    /// The same, each member within a savepoint: after a constraint refused one of them, so that its neighbours are
    /// whole.
    static func recordOneByOne(
        _ members: [PreparedMember], from start: BatchStart, _ connection: any SQLConnection
    ) throws(StorageError) -> CommittedBatch {
        let head = try start.lockedHead(connection)
        var batch = BatchTransaction(head: head, smallestFloor: members.map(\.floor).min() ?? 0)
        var outcomes: [Outcome] = []
        for member in members {
            try connection.execute(savepoint, [])
            let before = batch
            do throws(StorageError) {
                let outcome = try batch.record(member, now: start.now, connection)
                try connection.settle()
                outcomes.append(Outcome(outcome, member))
            } catch .constraint(let name) {
                try connection.execute(rollback, [])
                batch = before
                outcomes.append(.failed(.constraint(name)))
            }
            try connection.execute(release, [])
        }
        return try finish(batch, outcomes, from: start, oldHead: head, connection)
    }

    /// Decides an act on what the log holds once it is locked, and records it.
    static func act(
        _ act: WaitingAct, from start: BatchStart, _ connection: any SQLConnection
    ) throws(StorageError) -> CommittedBatch {
        let head = try start.lockedHead(connection)
        try DutyTable.check(act.duty, connection)
        // A repeated request gets its first answer, not the refusal that its own success would cause.
        if let key = act.operation.idempotencyKey, let identity = act.operation.identity {
            let holder = try OperationTable.holder(ofKey: key, identity: identity, at: start.now, connection)
            if let holder { throw .refused(.idempotencyKeyUsed(holder)) }
        }
        var current = start.snapshot
        if current.size != head.size { try current.advance(to: head.size, connection) }
        let member = try prepare(act, on: current)
        try LargeActTable.take(for: member.entries.count, at: max(start.now, head.lastTime), connection)
        act.prepared.member.withLock { $0 = member }
        var batch = BatchTransaction(head: head, smallestFloor: head.size)
        let outcome = Outcome(try batch.record(member, now: start.now, connection), member)
        return try finish(batch, [outcome], from: start, oldHead: head, connection)
    }

    private static func prepare(_ act: WaitingAct, on snapshot: Snapshot) throws(StorageError) -> PreparedMember {
        let decided: WaitingAct.DecidedEntries
        do throws(RecordingRefusal) {
            decided = try act.decide(snapshot)
        } catch {
            throw .refused(error)
        }
        do throws(RecordingError) {
            return try PreparedMember(
                RecordingMember(
                    operation: act.operation, floor: snapshot.size, references: [], entries: decided.entries,
                    presentation: decided.presentation))
        } catch {
            throw .constraint("\(error)")
        }
    }

    private static func finish(
        _ batch: BatchTransaction, _ outcomes: [Outcome], from start: BatchStart, oldHead: LogHead,
        _ connection: any SQLConnection
    ) throws(StorageError) -> CommittedBatch {
        var batch = batch
        if batch.head.size != oldHead.size { try batch.finish(connection) }
        var snapshot = start.snapshot
        if batch.changesSnapshot || snapshot.size != oldHead.size {
            try snapshot.advance(to: batch.head.size, connection)
        } else {
            snapshot.size = batch.head.size
        }
        var stored: Checkpoint?
        if let checkpoint = start.checkpoint {
            stored = try CheckpointTable.store(checkpoint, at: start.now, connection)
        }
        return CommittedBatch(outcomes: outcomes, head: batch.head, snapshot: snapshot, checkpoint: stored)
    }

    private static let savepoint = Statement("SAVEPOINT member")
    private static let rollback = Statement("ROLLBACK TO SAVEPOINT member")
    private static let release = Statement("RELEASE SAVEPOINT member")
}

extension CommittedBatch.Outcome {
    fileprivate init(_ outcome: BatchTransaction.Outcome, _ member: PreparedMember) {
        switch outcome {
        case .written(let index): self = .recorded(member, firstIndex: index)
        case .refused(let refusal): self = .failed(.refused(refusal))
        }
    }
}
