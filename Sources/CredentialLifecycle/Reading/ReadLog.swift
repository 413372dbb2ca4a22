package import AuditLog
package import Authorization
package import Storage
package import TenureModel

// Reading the log: entries, proofs and tiles for who may read it; the checkpoint and the key are public.
extension Broker {
    /// The newest signed checkpoint.
    package var checkpoint: Checkpoint { recorder.checkpoint }

    /// Entries from an index on, at most `limit`.
    package func auditEntries(
        since index: Int64, limit: Int64, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> [LogEntry] {
        _ = try permit(.auditRead, on: .everything, by: caller, in: snapshot)
        do throws(StorageError) {
            return try await ledger.entries(from: max(index, 0), limit: limit)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// That the entry at `index` is in the log of `size` entries.
    package func inclusionProof(
        of index: Int64, in size: Int64, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> (entry: LogEntry, proof: InclusionProof) {
        _ = try permit(.auditRead, on: .everything, by: caller, in: snapshot)
        guard size > 0, size <= snapshot.size, (0..<size).contains(index) else {
            throw .invalid(field: "size", detail: "the log has \(snapshot.size) entries")
        }
        do throws(StorageError) {
            guard let entry = try await ledger.entry(index) else { throw .corrupt("entry \(index)") }
            return (entry, try await ledger.inclusionProof(of: index, in: size))
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// That the log of `newer` entries extends that of `older`.
    package func consistencyProof(
        from older: Int64, to newer: Int64, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> ConsistencyProof {
        _ = try permit(.auditRead, on: .everything, by: caller, in: snapshot)
        guard older >= 0, older <= newer, newer <= snapshot.size else {
            throw .invalid(field: "to", detail: "the log has \(snapshot.size) entries")
        }
        do throws(StorageError) {
            guard let proof = try await ledger.consistencyProof(from: older, to: newer) else {
                throw .corrupt("no proof from \(older) to \(newer)")
            }
            return proof
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// The hashes of one tile (C2SP tlog-tiles); nil where the log is not that long.
    package func tile(
        _ coordinate: TileCoordinate, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> [UInt8]? {
        _ = try permit(.auditRead, on: .everything, by: caller, in: snapshot)
        do throws(StorageError) {
            return try await ledger.tile(coordinate)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// What became of an operation; whoever started it may ask, and who may read operations. Nil: it was not recorded.
    package func operation(
        _ id: OperationID, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> StoredOperation? {
        guard let stored = try await recordedOperation(id) else { return nil }
        if stored.identity != caller.identity {
            _ = try permit(.operationRead, on: .everything, by: caller, in: snapshot)
        }
        return stored
    }
    /// What the record says of an operation for good, whoever asks. What it says was done this node decides on from
    /// then on: a cut of which somebody heard that it stands has ended what it covers (P3).
    ///
    /// - Throws: `unavailable` while the outcome of a transaction is in doubt, unless the operation is older.
    package func recordedOperation(_ id: OperationID) async throws(LifecycleError) -> StoredOperation? {
        // Before the look-up: a doubt that ended after it says nothing of what was looked at.
        let doubt = recorder.stoppedBecause
        do throws(StorageError) {
            let stored = try await ledger.operation(id)
            if let stored, stored.index < snapshot.size { return stored }
            if let doubt { throw .unavailable("the outcome of the last transaction is not known: \(doubt)") }
            if stored != nil { try await recorder.refresh() }
            return stored
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }
}
