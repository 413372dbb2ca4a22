internal import AuditInspection
internal import AuditLog
internal import Foundation
internal import SQLiteEngine
internal import Storage
internal import TenureModel

/// Judges a history when it is over, by the record and by what the model was told.
struct Oracle: Sendable {
    let world: World
    let model: Model

    private var history: History { world.history }

    func judge() async {
        do {
            try await judgeLog()
            let entries = try await allEntries()
            try judgeCheckpoints(entries)
            let credentials = try await allCredentials()
            let snapshot = try await Ledger(world.database, origin: "").snapshot()
            try await judgeAnswers(credentials, snapshot)
            try judgeDecisions(credentials, entries)
            try judgeOwners(credentials)
            try judgeEnds(credentials, entries)
            let cuts = try await judgeFeed()
            Callers(entries: entries, credentials: credentials, cuts: cuts, snapshot: snapshot).judge(history)
        } catch {
            history.violate(.soundness, "the record cannot be read: \(error)")
        }
    }

    /// P5: `tenure audit verify --state`, by its own code.
    private func judgeLog() async throws {
        let folder = InspectedFolder(world.database)
        let report = try await folder.verifyLog(
            key: try VerifierKey(world.image.verifierKey), checkpoints: [])
        for finding in report.findings.prefix(5) { history.violate(.evidence, "\(finding)") }
        let state = try await folder.compareState()
        for finding in state.findings.prefix(5) { history.violate(.evidence, "\(finding)") }
    }

    private func allEntries() async throws -> [(LogEntry, AuditEntry)] {
        let ledger = Ledger(world.database, origin: "")
        var entries: [(LogEntry, AuditEntry)] = []
        while true {
            let page = try await ledger.entries(from: Int64(entries.count), limit: 1_000)
            for entry in page { entries.append((entry, try EntryEncoding.decode(entry.body))) }
            if page.count < 1_000 { return entries }
        }
    }

    private func allCredentials() async throws -> [Credential] {
        let ledger = Ledger(world.database, origin: "")
        var credentials: [Credential] = []
        while true {
            let page = try await ledger.credentials(CredentialFilter(), before: credentials.last?.index, limit: 500)
            credentials += page
            if page.count < 500 { return credentials }
        }
    }

    /// P5: every checkpoint that a client was given is a root of this very log.
    private func judgeCheckpoints(_ entries: [(LogEntry, AuditEntry)]) throws {
        let roots = model.read { $0.roots }
        var frontier = Frontier()
        for (entry, _) in entries {
            frontier.append(leafHash: entry.leafHash)
            guard let root = roots[frontier.size] else { continue }
            if root != frontier.root { history.violate(.evidence, "the log has another root at size \(frontier.size)") }
        }
        if let largest = roots.keys.max(), largest > frontier.size {
            history.violate(.evidence, "a checkpoint of \(largest) entries was signed; there are \(frontier.size)")
        }
        for (one, next) in zip(entries, entries.dropFirst()) where next.0.at < one.0.at {
            history.violate(.evidence, "the time falls at \(next.0.index)")
        }
    }

    /// P2, and that each answer was true.
    private func judgeAnswers(_ credentials: [Credential], _ snapshot: Snapshot) async throws {
        let ledger = Ledger(world.database, origin: "")
        var byID: [CredentialID: Credential] = [:]
        for credential in credentials { byID[credential.id] = credential }
        for held in model.read({ $0.held }) {
            guard let stored = byID[held.id] else {
                history.violate(.recorded, "\(held.label) was given out and is not in the record")
                continue
            }
            if stored.index != held.index {
                history.violate(.recorded, "\(held.label) was given out at \(held.index) and stands at \(stored.index)")
            }
            if case .certificate(let der, _) = held.form, case .certificate(_, _, _, let kept, _) = stored.body,
                kept != der
            {
                history.violate(.recorded, "\(held.label) stands in the record with other bytes")
            }
        }
        for (operation, index) in model.read({ $0.acknowledged }) {
            guard try await ledger.operation(operation)?.index != index else { continue }
            history.violate(.truth, "an operation that was acknowledged at \(index) is not there")
        }
        for (operation, code) in model.read({ $0.denied }) {
            guard let stored = try await ledger.operation(operation) else { continue }
            if code == "unauthenticated", stored.act == .loginCreate { continue }
            // It was recorded, and cut before it could be given out: it is dead.
            if code == "denied", let id = stored.object.flatMap({ try? CredentialID($0) }), let credential = byID[id],
                isCut(credential, in: snapshot)
            {
                continue
            }
            history.violate(
                .truth, "\(stored.act.rawValue) was answered with \(code), and stands at \(stored.index)")
        }
    }

    /// By the model's own comparison, and not the broker's.
    private func isCut(_ credential: Credential, in snapshot: Snapshot) -> Bool {
        credential.lineage.references.contains { reference in
            guard let cut = snapshot.mark(reference)?.cutIndex, cut >= 0 else { return false }
            return reference.kind.isOpen ? cut >= credential.position : true
        }
    }

    /// P3: nothing was recorded on facts that had changed: between what a decision looked at and its place in the log
    /// none of what it hangs on was cut or changed.
    private func judgeDecisions(_ credentials: [Credential], _ entries: [(LogEntry, AuditEntry)]) throws {
        var changes: [String: [Int64]] = [:]
        for (stored, entry) in entries {
            for row in entry.rows where row.table == LineageMarkTable.name {
                changes[row.key, default: []].append(stored.index)
            }
        }
        for credential in credentials {
            let references =
                credential.lineage.references + [LineageReference(.identity, credential.lineage.owner)]
            for reference in references {
                guard let marks = changes[reference.description] else { continue }
                guard let mark = marks.first(where: { $0 >= credential.floor && $0 < credential.index }) else {
                    continue
                }
                history.violate(
                    .offboarding,
                    "the credential at \(credential.index) was decided at \(credential.floor), and"
                        + " \(reference.kind.rawValue) changed at \(mark)")
            }
        }
    }

    /// A version of an identity, as its row has it.
    private struct Version {
        let index: Int64
        let state: String
        let owner: [UInt8]
        /// Nil where it is no team.
        let members: [[UInt8]]?
    }

    private func identityVersions() throws -> [[UInt8]: [Version]] {
        var versions: [[UInt8]: [Version]] = [:]
        let rows = try world.database.look { (connection) throws(StorageError) in
            try connection.rows(Statement("SELECT id, state, idx, owner, document FROM identity ORDER BY idx"), [])
        }
        for row in rows {
            guard case .bytes(let id) = row.values[0], case .text(let state) = row.values[1],
                case .integer(let index) = row.values[2]
            else { continue }
            var owner: [UInt8] = []
            if case .bytes(let bytes) = row.values[3] { owner = bytes }
            var members: [[UInt8]]?
            if case .text(let document) = row.values[4] {
                members = try JSONDecoder().decode([PersonID].self, from: Data(document.utf8)).map { person in
                    IdentityID.person(person).bytes
                }
            }
            versions[id, default: []].append(Version(index: index, state: state, owner: owner, members: members))
        }
        return versions
    }

    /// P1: at its index each credential's identity and owner live, of a team a member does, and are each other's.
    private func judgeOwners(_ credentials: [Credential]) throws {
        let versions = try identityVersions()
        func version(of id: [UInt8], before index: Int64) -> Version? { versions[id]?.last { $0.index < index } }
        for (_, all) in versions {
            guard let last = all.last, last.state == "active", !last.owner.isEmpty else { continue }
            if versions[last.owner]?.last?.state == "ended" {
                history.violate(.owned, "the identity of \(all[0].index) lives on, and its owner has ended")
            }
        }
        for credential in credentials {
            let identity = version(of: credential.identity.bytes, before: credential.index)
            let owner = version(of: credential.owner.bytes, before: credential.index)
            if identity?.state != "active" || owner?.state != "active" {
                history.violate(.owned, "the credential at \(credential.index) has no living identity and owner")
            }
            let members = owner?.members?.map { version(of: $0, before: credential.index)?.state }
            if let members, !members.contains("active") {
                history.violate(.owned, "nobody lives in the team that owns the credential at \(credential.index)")
            }
            if let identity, !identity.owner.isEmpty, identity.owner != credential.owner.bytes {
                history.violate(.owned, "the credential at \(credential.index) names somebody who is not the owner")
            }
        }
    }

    /// P3: after the acknowledged end of an identity nothing of it is recorded but refusals.
    private func judgeEnds(_ credentials: [Credential], _ entries: [(LogEntry, AuditEntry)]) throws {
        let ended = model.read { $0.ended }
        var endOf: [String: Int64] = [:]
        for (identity, index) in ended { endOf[identity.text] = index }
        for credential in credentials {
            guard let cut = ended[credential.identity], credential.index > cut else { continue }
            history.violate(.offboarding, "a credential at \(credential.index), after its identity's end at \(cut)")
        }
        for (stored, entry) in entries where entry.outcome == .done {
            guard let actor = entry.actor.id, let cut = endOf[actor], stored.index > cut else { continue }
            history.violate(.offboarding, "\(entry.act.rawValue) at \(stored.index), after the actor's end at \(cut)")
        }
    }

    /// The feed leaves nothing out, and holds each acknowledged cut; returns where each reference was cut.
    private func judgeFeed() async throws -> [LineageReference: [Int64]] {
        let ledger = Ledger(world.database, origin: "")
        var last: Int64 = -1
        var cuts: [LineageReference: [Int64]] = [:]
        while true {
            let page = try await ledger.feedEvents(after: last, limit: 500)
            for event in page {
                if event.index != last, event.previous != last {
                    history.violate(.offboarding, "the feed has a gap before \(event.index)")
                }
                last = event.index
                if case .mark(let reference, _) = event.body { cuts[reference, default: []].append(event.index) }
            }
            if page.count < 500 { break }
        }
        for (reference, index) in model.read({ $0.cuts }) where (cuts[reference]?.last ?? -1) < index {
            history.violate(.offboarding, "the cut of \(reference.kind.rawValue) at \(index) is not on the feed")
        }
        return cuts
    }
}
