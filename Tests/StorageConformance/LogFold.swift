internal import AuditLog
internal import Storage
internal import TenureModel

/// The fold of the log against the tables: every stored row is named, with its hash, by the entry whose index it bears,
/// and every row that an entry names is stored.
enum LogFold {
    struct Named: Hashable {
        let table: String
        let key: String
        let hash: [UInt8]
        let index: Int64
    }

    /// What differs; empty if the log and the tables agree, indexes have no gap, and the head is the tree over them.
    static func faults(_ engine: any SQLEngine) async throws -> [String] {
        let ledger = Ledger(engine, origin: RunningLog.origin)
        let head = try await ledger.head()
        let entries = try await ledger.entries(from: 0, limit: Ledger.pageMax)
        var faults: [String] = []
        if entries.map(\.index) != Array(0..<head.size) { faults.append("indexes have gaps") }
        if MerkleTree.root(of: entries.map(\.body)) != head.root { faults.append("the root is another") }
        for entry in entries where MerkleTree.leafHash(entry.body) != entry.leafHash {
            faults.append("the leaf of \(entry.index) is another")
        }
        for (one, next) in zip(entries, entries.dropFirst()) where next.at < one.at {
            faults.append("the time falls at \(next.index)")
        }
        var named = Set<Named>()
        var marks: [String: [(index: Int64, hash: [UInt8])]] = [:]
        for entry in entries {
            for row in try EntryEncoding.decode(entry.body).rows {
                if row.table == LineageMarkTable.name {
                    marks[row.key, default: []].append((entry.index, row.hash))
                } else {
                    named.insert(Named(table: row.table, key: row.key, hash: row.hash, index: entry.index))
                }
            }
        }
        let stored = try await stored(engine)
        for row in stored.subtracting(named) { faults.append("\(row.table) \(row.key) is in no entry") }
        for row in named.subtracting(stored) { faults.append("\(row.table) \(row.key) is not stored") }
        faults += markFaults(try await ledger.snapshot().marks, marks)
        return faults
    }

    private static let tables: [(AuditedTable, relation: String)] = [
        (IdentityTable.table, "identity"), (TrustTable.table, "trust"), (ProfileTable.table, "profile"),
        (EntitlementTable.table, "entitlement"), (KeyVersionTable.table, "key_version"),
        (CaseTable.table, "offboarding"), (CredentialTable.table, "credential"),
    ]

    private static func stored(_ engine: any SQLEngine) async throws -> Set<Named> {
        var found = Set<Named>()
        for (table, relation) in tables {
            let columns = table.columns.joined(separator: ", ")
            let rows = try await engine.read { (connection) throws(StorageError) in
                try connection.rows(Statement("SELECT \(columns), idx FROM \(relation)"), [])
            }
            for row in rows {
                let values = Array(row.values.dropLast())
                guard case .integer(let index)? = row.values.last else { continue }
                var hash = RowHash(table: table.name, version: table.hashVersion)
                for (column, value) in zip(table.columns, values) { hash.append(column, RowValue(value)) }
                found.insert(
                    Named(table: table.name, key: try key(of: table, values), hash: hash.finish(), index: index))
            }
        }
        return found
    }

    private static func key(of table: AuditedTable, _ values: [SQLValue]) throws -> String {
        guard case .bytes(let id) = values[0] else { return "no id" }
        if table == CredentialTable.table { return try CredentialID(bytes: id).text }
        guard case .integer(let version) = values[1] else { return "no version" }
        let text: String
        switch table.name {
        case "identity":
            guard case .text(let kind) = values[2], let kind = IdentityKind(rawValue: kind) else { return "no kind" }
            text = try IdentityID(kind: kind, bytes: id).text
        case "trust": text = try TrustID(bytes: id).text
        case "profile": text = try ProfileID(bytes: id).text
        case "entitlement": text = try EntitlementID(bytes: id).text
        case "key_version": text = try KeyVersionID(bytes: id).text
        default: text = try CaseID(bytes: id).text
        }
        return "\(text)@\(version)"
    }

    /// The last entry that names a reference gives `changed_index`; the last that cuts it `cut_index` and the reason.
    private static func markFaults(
        _ stored: [StoredMark], _ named: [String: [(index: Int64, hash: [UInt8])]]
    ) -> [String] {
        var faults: [String] = []
        if Set(stored.map(\.mark.reference.description)) != Set(named.keys) { faults.append("marks differ") }
        for mark in stored {
            let reference = mark.mark.reference
            let entries = named[reference.description] ?? []
            if entries.map(\.index).max() != mark.mark.changedIndex { faults.append("\(reference) changed elsewhere") }
            let cut = LineageMarkTable.hash(of: PendingMark(reference, cuts: true, reason: mark.reason))
            let lastCut = entries.filter { $0.hash == cut }.map(\.index).max() ?? Mark.neverCut
            if lastCut != mark.mark.cutIndex { faults.append("\(reference) was cut elsewhere") }
        }
        return faults
    }
}
