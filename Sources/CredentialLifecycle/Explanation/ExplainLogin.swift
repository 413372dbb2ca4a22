package import AuditLog
package import Authorization
internal import Storage
package import TenureModel

extension Broker {
    /// The entry of a login, refused or not. Whoever may explain all logins sees it whole; the owner of a workload sees
    /// what it says of this workload and its trusts, and finds nothing else.
    package func explain(
        login id: LoginID, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> (entry: AuditEntry, index: Int64) {
        let snapshot = self.snapshot
        try snapshot.refuseDead(caller)
        let facts = try administrationFacts(caller, in: snapshot)
        let found = try await loginEntry(id)
        guard let found else { throw .notFound("no login/\(id)") }
        guard !allows(.loginExplain, on: .everything, facts) else { return found }
        var entry = found.entry
        func mayExplain(_ identity: IdentityID?) -> Bool {
            identity.map { allows(.loginExplain, on: snapshot.facts(ofIdentity: $0), facts) } ?? false
        }
        guard !mayExplain(entry.actor.id.flatMap { try? IdentityID($0) }) else { return found }
        let places = entry.details.trusts.filter { mayExplain(snapshot.trust($0.trust)?.identity) }.map(\.place)
        guard !places.isEmpty else { throw .notFound("no login/\(id)") }
        entry.details = entry.details.about(places: places)
        return (entry, found.index)
    }

    private func loginEntry(_ id: LoginID) async throws(LifecycleError) -> (entry: AuditEntry, index: Int64)? {
        let session = SessionID(high: id.high, low: id.low)
        do {
            var operation = try await ledger.operation(object: id.text)
            if operation == nil { operation = try await ledger.operation(object: session.text) }
            guard let operation, let stored = try await ledger.entry(operation.index) else { return nil }
            return (try EntryEncoding.decode(stored.body), operation.index)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }
}

// The keys that a refused login writes: `reason`, and per trust that was tried `trust.PLACE` and `bound.PLACE.NAME`.
extension [AuditDetail.Member] {
    fileprivate var trusts: [(place: Substring, trust: TrustID)] {
        compactMap { member in
            guard member.key.hasPrefix("trust."), case .text(let text) = member.value,
                let trust = try? TrustID(text)
            else { return nil }
            return (member.key.dropFirst("trust.".count), trust)
        }
    }

    /// Without what is said of trusts at other places.
    fileprivate func about(places: [Substring]) -> [AuditDetail.Member] {
        filter { member in
            let parts = member.key.split(separator: ".", maxSplits: 2)
            guard parts.count >= 2, parts[0] == "trust" || parts[0] == "bound" else { return true }
            return places.contains(parts[1])
        }
    }
}
