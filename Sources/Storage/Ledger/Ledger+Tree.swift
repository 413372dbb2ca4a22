package import AuditLog
internal import TenureModel

extension Ledger {
    /// The hashes of a tile, one after another: stored if it is complete, computed if it is partial; nil if the log has
    /// no such tile yet.
    package func tile(_ coordinate: TileCoordinate) async throws(StorageError) -> [UInt8]? {
        try await read { (connection) throws(StorageError) in
            guard coordinate.exists(inTreeOf: try HeadTable.read(connection).size) else { return nil }
            return try Self.tile(coordinate, connection)
        }
    }

    /// The leaf hashes of entries in the order of the log; at most `pageMax`.
    package func leafHashes(from index: Int64, limit: Int64) async throws(StorageError) -> [[UInt8]] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try EntryTable.leafHashes(connection, from: index, limit: limit)
        }
    }

    /// That the entry at `index` is in the tree of `size`.
    ///
    /// - Throws: `unavailable` unless 0 ≤ index < size and the log is that long.
    package func inclusionProof(
        of index: Int64, in size: Int64
    ) async throws(StorageError) -> InclusionProof {
        let proof = try await read { (connection) throws(StorageError) -> InclusionProof? in
            guard size <= (try HeadTable.read(connection).size) else { return nil }
            return try Self.proof { () throws(ProofError<StorageError>) in
                try InclusionProof.make(index: index, size: size) { (tile) throws(StorageError) in
                    try Self.tile(tile, connection)
                }
            }
        }
        guard let proof else { throw .unavailable("the log has no entry \(index) in a tree of \(size)") }
        return proof
    }

    /// That the tree of `newSize` extends that of `oldSize`; nil unless the log is that long.
    package func consistencyProof(
        from oldSize: Int64, to newSize: Int64
    ) async throws(StorageError) -> ConsistencyProof? {
        try await read { (connection) throws(StorageError) in
            guard newSize <= (try HeadTable.read(connection).size) else { return nil }
            return try Self.consistencyProof(from: oldSize, to: newSize, connection)
        }
    }

    /// Holds the head against what the node saw last (T38); returns that.
    ///
    /// - Throws: `historyLost`; `corrupt` if the witness is not a checkpoint of this log that `key` signed.
    func check(
        _ head: LogHead, against witness: Witness?, key: VerifierKey
    ) async throws(StorageError) -> Checkpoint? {
        guard let witness, let note = try await witness.read() else { return nil }
        let seen: Checkpoint
        do throws(NoteError) {
            seen = try Checkpoint(note: note, key: key)
        } catch {
            throw .corrupt("the witness file is no checkpoint of this log: \(error)")
        }
        // defence: T38
        guard seen.size <= head.size else {
            throw .historyLost(.shorter(size: head.size, witnessed: seen.size))
        }
        let proof = try await consistencyProof(from: seen.size, to: head.size)
        // defence: T38 first: return seen
        guard let proof, proof.verifies(oldRoot: seen.root, newRoot: head.root) else {
            throw .historyLost(.forked(size: seen.size))
        }
        return seen
    }

    /// That the tree of `newSize` extends that of `oldSize`, in a transaction; nil unless the log is that long.
    static func consistencyProof(
        from oldSize: Int64, to newSize: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> ConsistencyProof? {
        try proof { () throws(ProofError<StorageError>) in
            try ConsistencyProof.make(from: oldSize, to: newSize) { (tile) throws(StorageError) in
                try Self.tile(tile, connection)
            }
        }
    }

    private static func proof<Proof>(
        _ make: () throws(ProofError<StorageError>) -> Proof
    ) throws(StorageError) -> Proof? {
        do throws(ProofError<StorageError>) {
            return try make()
        } catch {
            switch error {
            case .outOfRange: return nil
            case .malformedTile(let tile): throw .corrupt(tile.path)
            case .source(let error): throw error
            }
        }
    }

    /// A tile that the log has; a partial one, and one of a tree that was smaller, is made of what lies below it.
    private static func tile(
        _ coordinate: TileCoordinate, _ connection: any SQLConnection
    ) throws(StorageError) -> [UInt8] {
        let level = Int64(coordinate.level)
        if coordinate.width == TileCoordinate.fullWidth,
            let hashes = try TileTable.hashes(connection, level: level, number: coordinate.index)
        {
            return hashes
        }
        let first = coordinate.index * TileTable.width
        let width = Int64(coordinate.width)
        let hashes =
            level == 0
            ? try EntryTable.leafHashes(connection, from: first, limit: width)
            : try TileTable.roots(connection, level: level - 1, from: first, limit: width)
        guard hashes.count == coordinate.width else { throw .corrupt(coordinate.path) }
        return Array(hashes.joined())
    }
}
