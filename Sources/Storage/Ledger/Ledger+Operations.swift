internal import HashTreeCollections
package import TenureModel

/// A version of an object that an operation wrote, beside the one before it.
package enum RecordedVersion: Hashable, Sendable {
    case identity(from: Identity?, to: Identity)
    case trust(from: Trust?, to: Trust)
    case profile(from: Profile?, to: Profile)
    case entitlement(from: Entitlement?, to: Entitlement)
    case keyVersion(from: KeyVersion?, to: KeyVersion)
}

// What an operation left behind, read again: for a request that was sent twice, and for receipts.
extension Ledger {
    /// The index after the last of an operation's entries: every entry belongs to one.
    package func end(of operation: StoredOperation) async throws(StorageError) -> Int64 {
        let index = operation.index
        return try await read { (connection) throws(StorageError) in
            if let next = try OperationTable.index(after: index, connection) { return next }
            return try HeadTable.read(connection).size
        }
    }

    /// The versions of objects that entries from `index` up to, not including, `end` wrote, in the order of the log.
    package func versions(from index: Int64, upTo end: Int64) async throws(StorageError) -> [RecordedVersion] {
        try await read { (connection) throws(StorageError) in
            let range = VersionRange(index: index, end: end, connection: connection)
            var found = try range.read(IdentityTable.table, IdentityTable.decode) { .identity(from: $0, to: $1) }
            found += try range.read(TrustTable.table, TrustTable.decode) { .trust(from: $0, to: $1) }
            found += try range.read(ProfileTable.table, ProfileTable.decode) { .profile(from: $0, to: $1) }
            found += try range.read(EntitlementTable.table, EntitlementTable.decode) { .entitlement(from: $0, to: $1) }
            found += try range.read(KeyVersionTable.table, KeyVersionTable.decode) { .keyVersion(from: $0, to: $1) }
            return found.sorted { $0.index < $1.index }.map(\.version)
        }
    }

    /// The teams of which a person was a member when a version of an entitlement was written.
    package func teams(
        ofMember person: PersonID, whenWritten entitlement: EntitlementID, version: Int64
    ) async throws(StorageError) -> [TeamID] {
        try await read { (connection) throws(StorageError) in
            guard let index = try EntitlementTable.index(of: entitlement, version: version, connection) else {
                return []
            }
            return try IdentityTable.teams(ofMember: person, at: index, connection)
        }
    }

    /// The entries that wrote the versions of a key, in the order of the log.
    package func entries(ofKey id: KeyVersionID) async throws(StorageError) -> [LogEntry] {
        try await read { (connection) throws(StorageError) in
            var entries: [LogEntry] = []
            for index in try KeyVersionTable.places(of: id, connection) {
                entries += try EntryTable.range(connection, from: index, limit: 1)
            }
            return entries
        }
    }

    /// A snapshot whose cuts are those that stood before the entry at `index` was written; all else in it is as it was
    /// given. What an act at that index killed was alive by it.
    package func snapshot(_ snapshot: Snapshot, cutsBefore index: Int64) async throws(StorageError) -> Snapshot {
        try await read { (connection) throws(StorageError) in
            let later = try LineageMarkTable.changed(since: index, limit: Int64.max, connection)
                .filter { $0.mark.cutIndex >= index }
            guard !later.isEmpty else { return snapshot }
            let before = try FeedTable.lastCuts(before: index, connection)
            var maps = snapshot.maps
            for stored in later {
                let reference = stored.mark.reference
                let mark = Mark(
                    reference: reference, cutIndex: before[reference] ?? Mark.neverCut,
                    changedIndex: stored.mark.changedIndex)
                maps.marksByReference[reference] = StoredMark(mark: mark, at: stored.at, reason: stored.reason)
            }
            var earlier = snapshot
            earlier.maps = maps
            return earlier
        }
    }
}

/// Reads the rows that a range of entries wrote, each with the version before it.
private struct VersionRange {
    let index: Int64
    let end: Int64
    let connection: any SQLConnection

    func read<Object>(
        _ table: AuditedTable, _ decode: (SQLRow) throws(StorageError) -> Object,
        _ make: (Object?, Object) -> RecordedVersion
    ) throws(StorageError) -> [(index: Int64, version: RecordedVersion)] {
        let columns = (table.columns + (table.hasNumber ? ["number"] : []) + ["idx"]).joined(separator: ", ")
        let statement = Statement(
            "SELECT \(columns) FROM \(table.relation) WHERE idx >= $1 AND idx < $2 ORDER BY idx")
        var found: [(index: Int64, version: RecordedVersion)] = []
        for row in try connection.rows(statement, [.integer(index), .integer(end)]) {
            guard case .integer(let place)? = row.values.last, row.values.count > 1,
                case .integer(let version) = row.values[1]
            else { throw .corrupt("\(table.name), idx") }
            var before: Object?
            if version > 1 {
                let rows = try connection.rows(table.selectVersion, [row.values[0], .integer(version - 1)])
                before = try rows.first.map(decode)
            }
            found.append((place, make(before, try decode(row))))
        }
        return found
    }
}
