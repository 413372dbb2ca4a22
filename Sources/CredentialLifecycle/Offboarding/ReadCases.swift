internal import AuditLog
package import Authorization
internal import Storage
package import TenureAPI
package import TenureModel

// Cases as who may read them sees them: those of an identity for its owner and team, all for the roles over everything.
extension Broker {
    /// A case as it stands: its plan with the fate of each workload, and the receipt once it is closed.
    package func caseAnswer(
        _ id: CaseID, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> CaseAnswer {
        let history = try await permittedHistory(of: id, by: caller)
        var answer = CaseAnswer(history, OffboardingPlan(of: history, in: snapshot))
        answer.checkpoint = CheckpointAnswer(checkpoint)
        guard let receipt = history.newest.step.receipt else { return answer }
        answer.receipt = ReceiptAnswer(receipt, Self.marks(of: history, in: snapshot), ObjectNames(self))
        return answer
    }

    /// One page of cases, those changed last first, without their workloads and receipts.
    package func caseAnswers(
        before index: Int64?, limit: Int64, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> PageAnswer<CaseSummaryAnswer> {
        let snapshot = self.snapshot
        try snapshot.refuseDead(caller)
        let facts = try administrationFacts(caller, in: snapshot)
        let names = ObjectNames(self)
        var items: [CaseSummaryAnswer] = []
        var cursor = index
        // Whoever may see few of them is not kept waiting for a search through all: at most ten pages are read.
        for _ in 0..<10 {
            let page: [CaseHistory.Version]
            do throws(StorageError) {
                page = try await ledger.offboardingCases(before: cursor, limit: limit)
            } catch {
                throw .unavailable(.init("\(error)"))
            }
            for version in page where Int64(items.count) < limit {
                cursor = version.index
                guard allows(.caseRead, on: snapshot.facts(ofIdentity: version.step.target), facts) else { continue }
                items.append(CaseSummaryAnswer(version, names))
            }
            guard Int64(page.count) == limit, let last = page.last else {
                return PageAnswer(items: items, nextPageToken: nil)
            }
            if Int64(items.count) == limit {
                return PageAnswer(items: items, nextPageToken: String(cursor ?? last.index))
            }
        }
        return PageAnswer(items: items, nextPageToken: cursor.map { String($0) })
    }

    /// One page of the ids of what an applied case killed, sorted: the list over which its receipt has the root.
    ///
    /// - Parameter after: the last id of the page before.
    package func deadAnswer(
        of id: CaseID, after: CredentialID?, limit: Int64, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> PageAnswer<String> {
        let history = try await permittedHistory(of: id, by: caller)
        guard let applied = history.applied else {
            throw .conflict("the case is \(history.newest.step.state.rawValue)")
        }
        let ids: [CredentialID]
        if let known = lastDeadList.ids(of: id) {
            ids = known
        } else {
            ids = try await dead(of: history, upTo: applied.last).ids
            lastDeadList.keep(ids, of: id)
        }
        let start = after.map { after in ids.firstIndex { $0 > after } ?? ids.count } ?? 0
        let page = ids[start...].prefix(Int(clamping: limit))
        let hasMore = start + page.count < ids.count
        return PageAnswer(items: page.map(\.text), nextPageToken: hasMore ? page.last?.text : nil)
    }

    private func permittedHistory(
        of id: CaseID, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> CaseHistory {
        let history = try await history(of: id)
        do throws(StorageError) {
            // Another node may have ended identities that this one does not know of.
            if snapshot.size <= history.newest.index { try await recorder.refresh() }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        let snapshot = self.snapshot
        _ = try permit(
            .caseRead, on: snapshot.facts(ofIdentity: history.first.step.target), by: caller, in: snapshot,
            absence: "no case/\(id)")
        return history
    }
}

extension CaseAnswer {
    init(_ history: CaseHistory, _ plan: OffboardingPlan) {
        let left = Int64(plan.ends.count + plan.passes.count - history.ends.count - history.passes.count)
        self.init(
            id: history.newest.step.id.text, state: history.newest.step.state.rawValue,
            plan: OffboardingPlanAnswer(plan, reason: history.first.step.reason.rawValue),
            remaining: left > 0 ? left : nil,
            auditIndex: history.first.index)
    }
}

extension CaseSummaryAnswer {
    init(_ version: CaseHistory.Version, _ names: ObjectNames) {
        let step = version.step
        self.init(
            id: step.id.text, state: step.state.rawValue, target: names.reference(step.target),
            transferTo: step.transferTo.map { names.reference($0) }, reason: step.reason.rawValue,
            auditIndex: version.index)
    }
}

extension OffboardingPlanAnswer {
    /// A plan as answers show it.
    package init(_ plan: OffboardingPlan, reason: String, counts: CredentialCounts? = nil) {
        self.init(
            target: plan.ends.first?.reference.description ?? "", transferTo: plan.heir?.reference.description,
            reason: reason, ends: plan.ends.map(\.reference.description),
            passes: plan.passes.map { workload in
                TransferAnswer(workload: workload.reference.description, to: plan.heir?.reference.description ?? "")
            },
            strands: plan.strands.isEmpty ? nil : plan.strands.map(\.reference.description),
            dies: counts.map { counts in
                DiesAnswer(
                    counts: CountsAnswer(token: counts.tokens, certificate: counts.certificates),
                    examples: counts.examples.map { "credential/" + $0.text })
            })
    }
}

extension ReceiptAnswer {
    /// What a signed receipt says; the marks beside it are those of the record.
    init?(
        _ signed: OffboardingCase.SignedReceipt, _ marks: [(reference: LineageReference, index: Int64)],
        _ names: ObjectNames
    ) {
        guard let receipt = CaseReceipt(uncheckedNote: signed.note) else { return nil }
        var seconds: [String: Int64] = [:]
        for lag in receipt.lags { seconds[lag.profile] = lag.seconds }
        self.init(
            id: signed.id.text, note: signed.note,
            marks: marks.map { mark in
                ReceiptMarkAnswer(
                    kind: mark.reference.kind.rawValue, number: String(mark.reference.number),
                    object: names.object(mark.reference), cut: mark.index, auditIndex: mark.index)
            },
            counts: CountsAnswer(token: receipt.tokenCount, certificate: receipt.certificateCount),
            deadRoot: Base64.text(receipt.deadRoot), examples: receipt.examples.map { "credential/" + $0 },
            revocationSeconds: seconds, states: receipt.states)
    }
}
