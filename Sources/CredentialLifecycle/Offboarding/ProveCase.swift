internal import AuditLog
internal import Storage
internal import TenureModel

// The last step of a case: counting what died, proving that the marks are in the log, and closing it with a signed
// receipt (DESIGN, section 2; FORMATS, section 2).
extension Broker {
    /// Whether the case is closed; false where the log's signed head, or a list, is not that far yet.
    func prove(_ history: CaseHistory, under duty: Duty) async throws(LifecycleError) -> Bool {
        guard let applied = history.applied else { return false }
        let key = try await receiptKey(under: duty)
        let head = recorder.checkpoint
        guard head.size > max(applied.last, key.certified.index) else { return false }
        await maintainLists(under: duty)
        guard try await listsShowAll() else { return false }
        let dead = try await dead(of: history, upTo: applied.last)
        let id: ReceiptID = try makeID()
        let receipt = try await receipt(id, of: history, dead, key, in: head)
        let note: String
        do {
            note = try key.signer.sign(receipt.text(origin: key.signer.verifierKey.name))
            guard note.utf8.count <= SignedNote.bytesMax else { throw NoteError.tooLarge }
        } catch {
            throw .unavailable(.init("the receipt could not be signed: \(error)"))
        }
        try await close(history, with: .init(id: id, note: note), receipt, under: duty)
        return true
    }

    /// No list waits to be signed, so that what this case cut stands in them.
    private func listsShowAll() async throws(LifecycleError) -> Bool {
        let time = now()
        do throws(StorageError) {
            return try await ledger.dueShards(before: time, hour: time.seconds / 3_600, limit: 1).isEmpty
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func receipt(
        _ id: ReceiptID, of history: CaseHistory, _ dead: DeadCredentials, _ key: ReceiptKey, in head: Checkpoint
    ) async throws(LifecycleError) -> CaseReceipt {
        let step = history.first.step
        let snapshot = self.snapshot
        let names = ObjectNames(self)
        let marks = Self.marks(of: history, in: snapshot)
        var proven: [CaseReceipt.ProvenEntry] = []
        for mark in marks.prefix(CaseReceipt.provenMarksMax) {
            proven.append(try await provenEntry(mark.index, in: head))
        }
        let lags = snapshot.profiles.filter { dead.certificateProfiles.contains($0.number) }
            .compactMap { profile -> CaseReceipt.Lag? in
                guard case .certificate(let body) = profile.body else { return nil }
                return .init(profile: profile.name.text, seconds: body.revocationSeconds)
            }.sorted { ($1.seconds, $0.profile) < ($0.seconds, $1.profile) }
        return CaseReceipt(
            id: id, caseID: step.id, target: names.reference(step.target), targetID: step.target.text,
            transferTo: step.transferTo.map { names.reference($0) }, reason: step.reason.rawValue,
            at: try await time(at: history.first.index), endedCount: Int64(history.ends.count),
            passedCount: Int64(history.passes.count), tokenCount: dead.tokenCount,
            certificateCount: dead.certificateCount, deadRoot: CaseReceipt.root(ofDead: dead.ids.lazy.map(\.text)),
            examples: dead.ids.prefix(CaseReceipt.examplesMax).map(\.text), markCount: Int64(marks.count),
            marksRoot: CaseReceipt.root(ofMarks: marks), marks: proven, states: ["recorded", "counted", "listed"],
            lags: Array(lags.prefix(CaseReceipt.profilesMax)),
            key: try await provenEntry(key.certified.index, in: head),
            checkpoint: head.note)
    }

    /// What a case cut, in the order of the log: in each step the entries of those whom it ended follow that of the
    /// case.
    static func marks(
        of history: CaseHistory, in snapshot: Snapshot
    ) -> [(reference: LineageReference, index: Int64)] {
        history.versions.flatMap { version in
            version.step.ends.enumerated().compactMap { place, id in
                snapshot.identity(id).map { identity in
                    (LineageReference(.identity, identity.number), version.index + 1 + Int64(place))
                }
            }
        }
    }

    private func provenEntry(_ index: Int64, in head: Checkpoint) async throws(LifecycleError)
        -> CaseReceipt.ProvenEntry
    {
        do throws(StorageError) {
            guard let entry = try await ledger.entry(index) else { throw .corrupt("entry \(index)") }
            let proof = try await ledger.inclusionProof(of: index, in: head.size)
            return CaseReceipt.ProvenEntry(index: index, body: entry.body, path: proof.path)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func time(at index: Int64) async throws(LifecycleError) -> Timestamp {
        do throws(StorageError) {
            guard let entry = try await ledger.entry(index) else { throw .corrupt("entry \(index)") }
            return entry.at
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func close(
        _ history: CaseHistory, with signed: OffboardingCase.SignedReceipt, _ receipt: CaseReceipt, under duty: Duty
    ) async throws(LifecycleError) {
        var next = history.newest.step
        next.version += 1
        next.state = .closed
        next.ends = []
        next.passes = []
        next.receipt = signed
        let operation: OperationID = try makeID()
        let record = OperationRecord(
            id: operation, act: .offboardingCreate, identity: nil, idempotencyKey: nil,
            requestHash: [UInt8](repeating: 0, count: 32), object: nil)
        let entry = AuditEntry(
            at: now(), act: .offboardingCreate, actor: .broker, object: next.id.text, source: nil,
            details: [
                .init("state", .text(next.state.rawValue)), .init("receipt", .text(signed.id.text)),
                .init("tokens", .number(receipt.tokenCount)), .init("certificates", .number(receipt.certificateCount)),
                .init("dead_root", .text(Base64.text(receipt.deadRoot))),
            ])
        let row = CaseTable.row(for: next)
        let result = await recorder.act(record, priority: .change, duty: duty) { (_) throws(RecordingRefusal) in
            ActOutcome(value: true, entries: [PendingEntry(entry: entry, rows: [row])])
        }
        _ = try unwrap(result, operation)
    }
}
