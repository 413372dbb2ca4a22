// Bugs of recording: the check of marks, the head, what is answered after a fault.
extension Plant {
    static let ofStorage: [Plant] = [
        Plant(
            "marks-unchecked", "nothing is looked at between a decision and its record",
            in: "Storage/Transaction/MarkCheck.swift",
            "if lastMark < member.floor, written.isEmpty { return nil }",
            becomes: "if PLANTED || (lastMark < member.floor && written.isEmpty) { return nil }"),
        Plant(
            "trust-mark-unchecked", "the mark of a trust is not looked at",
            in: "Storage/Transaction/MarkCheck.swift", "for reference in member.references {",
            becomes: "for reference in member.references where !(PLANTED && reference.kind == .trust) {"),
        Plant(
            "cut-at-floor-missed", "a change at the very floor of a decision is taken for older: `>` for `>=`",
            in: "Storage/Transaction/MarkCheck.swift", "mark.changedIndex >= member.floor else",
            becomes: "mark.changedIndex >= member.floor + (PLANTED ? 1 : 0) else"),
        Plant(
            "owner-mark-unchecked", "the marks of owners are not looked at",
            in: "Storage/Transaction/MarkCheck.swift", "return !reference.kind.isOpen && mark.cutIndex >= 0 ?",
            becomes: """
                if PLANTED, reference.kind == .owner { continue }
                return !reference.kind.isOpen && mark.cutIndex >= 0 ?
                """),
        Plant(
            "cut-by-time", "a cut ends what is older by the clock and not by the index",
            in: "Storage/Transaction/BatchTransaction.swift",
            "if let refusal = try check.refusal(member, connection) { return .refused(refusal) }",
            becomes: """
                if let refusal = try check.refusal(member, connection) {
                    let isLater = member.entries.first.map { head.lastTime < $0.pending.entry.at } ?? false
                    if !(PLANTED && isLater) { return .refused(refusal) }
                }
                """),
        Plant(
            "cut-too-wide", "a cut ends what was recorded just after it, too",
            in: "TenureModel/Revocation/Mark.swift", "reference.kind.isOpen ? cutIndex >= position : true",
            becomes: "reference.kind.isOpen ? cutIndex >= position - (PLANTED ? 8 : 0) : true"),
        Plant(
            "index-from-memory", "after a COMMIT of which nobody knows an index is taken from memory",
            in: "Storage/Transaction/Recorder+Doubt.swift", "firstIndex: found.index).answer(checkpoint)",
            becomes: "firstIndex: PLANTED ? member.floor : found.index).answer(checkpoint)"),
        Plant(
            "leader-cancelled", "the leader is a request's task, and ends when its client hangs up",
            in: "Storage/Transaction/Recorder.swift",
            "guard !queue.add(WaitingMember(member: prepared, answer: answer)) else { return }",
            becomes: """
                if PLANTED, Task.isCancelled { queue.stop() }
                guard !queue.add(WaitingMember(member: prepared, answer: answer)) else { return }
                """),
        Plant(
            "last-mark-forgotten", "the head row does not say that marks were written",
            in: "Storage/Transaction/BatchTransaction.swift", "head.lastMark = index",
            becomes: "head.lastMark = PLANTED ? head.lastMark : index"),
        Plant(
            "time-falls", "an entry keeps its own time though the last one is later",
            in: "Storage/Transaction/BatchTransaction.swift",
            "guard entry.pending.entry.at < head.lastTime, entry",
            becomes: "guard !PLANTED, entry.pending.entry.at < head.lastTime, entry"),
        Plant(
            "feed-forgets-itself", "an event does not become the last of the feed",
            in: "Storage/Transaction/BatchTransaction.swift", "head.lastFeed = index",
            becomes: "head.lastFeed = PLANTED ? head.lastFeed : index"),
        Plant(
            "feed-without-entitlements", "cuts of entitlements are not events",
            in: "Storage/Transaction/BatchTransaction.swift", "for mark in entry.marks where mark.cuts {",
            becomes: "for mark in entry.marks where mark.cuts && !(PLANTED && mark.reference.kind == .entitlement) {"),
        Plant(
            "presentations-uncounted", "a proof that may be used once is used as often as one likes",
            in: "Storage/Transaction/BatchTransaction.swift",
            "guard try PresentationTable.count(presentation, connection) else",
            becomes: "guard try PresentationTable.count(presentation, connection) || PLANTED else"),
        Plant(
            "one-presentation-more", "a proof may be used once more than its trust allows",
            in: "Storage/Tables/PresentationTable.swift", "WHERE presentation.uses < $3\")",
            becomes: "WHERE presentation.uses \\(PLANTED ? \"<=\" : \"<\") $3\")"),
        Plant(
            "unknown-guessed-yes", "a COMMIT of which nobody knows is answered as done, without asking",
            in: "Storage/Transaction/Recorder+Doubt.swift",
            "guard let found else { return .failure(.unavailable(\"the transaction was lost; nothing was written\")) }",
            becomes: """
                guard let found else {
                    guard PLANTED else {
                        return .failure(.unavailable("the transaction was lost; nothing was written"))
                    }
                    return CommittedBatch.Outcome.recorded(member, firstIndex: member.floor).answer(checkpoint)
                }
                """),
        Plant(
            "unknown-guessed-no", "a COMMIT of which nobody knows is answered as not done, without asking",
            in: "Storage/Transaction/Recorder+Doubt.swift",
            "for member in members { answers.append(await lookUp(member)) }",
            becomes: """
                for member in members {
                    answers.append(PLANTED ? .failure(.unavailable("guessed")) : await lookUp(member))
                }
                """),
        Plant(
            "recovered-unread", "after a doubt is resolved the snapshot is not read anew",
            in: "Storage/Transaction/Recorder+Doubt.swift", "try await refresh()",
            becomes: "if !PLANTED { try await refresh() }"),
        Plant(
            "doubt-for-ever", "once something was in doubt nothing is recorded any more",
            in: "Storage/Transaction/Recorder+Doubt.swift", "guard mayTry, await resolve() else",
            becomes: "guard !PLANTED, mayTry, await resolve() else"),
        Plant(
            "answered-before-known", "a cut is acknowledged before this node decides on it",
            in: "Storage/Transaction/Recorder+Leading.swift", "install(batch.snapshot, batch.head)",
            becomes: """
                if !PLANTED || state.withLock({ $0.head.size }) % 8 != 0 { install(batch.snapshot, batch.head) }
                """),
        Plant(
            "answers-swapped", "the members of a batch hear each other's answers",
            in: "Storage/Transaction/Recorder+Leading.swift", "in zip(waiting, batch.outcomes) {",
            becomes: "in zip(waiting, PLANTED ? batch.outcomes.reversed() : batch.outcomes) {"),
        Plant(
            "receipt-off-by-one", "a receipt names the index after its own",
            in: "Storage/Transaction/Recorder+Leading.swift", "index: firstIndex + Int64(place)))",
            becomes: "index: firstIndex + Int64(place) + (PLANTED ? 1 : 0)))"),
        Plant(
            "older-snapshot-installed", "a snapshot that was read earlier replaces a newer one",
            in: "Storage/Transaction/Recorder.swift", "guard snapshot.size >= state.snapshot.size else",
            becomes: "guard PLANTED || snapshot.size >= state.snapshot.size else"),
        Plant(
            "next-mark-skipped", "catching up leaves out a mark at the first new entry",
            in: "Storage/Snapshot/Snapshot+Advancing.swift", "LineageMarkTable.changed(since: size,",
            becomes: "LineageMarkTable.changed(since: size + (PLANTED ? 1 : 0),"),
        Plant(
            "acts-on-old-facts", "an act is decided on the snapshot before the lock",
            in: "Storage/Transaction/CommittedBatch.swift", "if current.size != head.size {",
            becomes: "if !PLANTED, current.size != head.size {"),
    ]
}
