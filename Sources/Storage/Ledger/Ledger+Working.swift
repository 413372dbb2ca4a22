package import TenureModel

// Working tables: outside the log, and made again from it when they are lost.
extension Ledger {
    /// Takes the next shard number of an issuer's revocation lists.
    package func takeShard(
        issuer: IssuerID, revocationSeconds: Int64, hour: Int64
    ) async throws(StorageError) -> RevocationShard {
        try await writeWorking { (connection) throws(StorageError) in
            try RevocationShardTable.take(
                issuer: issuer, revocationSeconds: revocationSeconds, hour: hour, connection)
        }
    }

    /// Says that marks may have changed a shard.
    package func soilShard(issuer: IssuerID, shard: Int64) async throws(StorageError) {
        try await writeWorking { (connection) throws(StorageError) in
            try RevocationShardTable.soil(issuer: issuer, shard: shard, connection)
        }
    }

    /// Shards to sign anew: dirty ones, and those whose list ends before `time`, of hours not before `hour`.
    package func dueShards(
        before time: Timestamp, hour: Int64, limit: Int64
    ) async throws(StorageError) -> [RevocationShard] {
        try await read { (connection) throws(StorageError) in
            try RevocationShardTable.due(before: time, hour: hour, limit: limit, connection)
        }
    }

    /// Keeps a list that was just signed, unless something happened to the shard since its number was `known`; false if
    /// something did.
    @discardableResult
    package func storeList(
        _ list: RevocationShard.SignedList, number: Int64, after known: Int64, issuer: IssuerID, shard: Int64
    ) async throws(StorageError) -> Bool {
        try await writeWorking { (connection) throws(StorageError) in
            try RevocationShardTable.store(
                list, number: number, after: known, issuer: issuer, shard: shard, connection)
        }
    }

    /// One shard with its list, or nil.
    package func shard(issuer: IssuerID, shard: Int64) async throws(StorageError) -> RevocationShard? {
        try await read { (connection) throws(StorageError) in
            try RevocationShardTable.find(issuer: issuer, shard: shard, connection)
        }
    }

    /// Drops the shards whose certificates ended before `hour`; returns how many went.
    @discardableResult
    package func dropShards(endedBefore hour: Int64) async throws(StorageError) -> Int {
        try await writeWorking { (connection) throws(StorageError) in
            try RevocationShardTable.drop(endedBefore: hour, connection)
        }
    }

    /// One page of the certificates of a shard, in the order of the log.
    package func certificates(
        ofIssuer issuer: IssuerID, shard: Int64, endingAfter time: Timestamp = Timestamp(clampingMilliseconds: 0),
        after cursor: Int64 = -1, limit: Int64
    ) async throws(StorageError) -> [LiveCredential] {
        try await read { (connection) throws(StorageError) in
            try CredentialTable.certificates(
                ofShard: shard, issuer: issuer, endingAfter: time, after: cursor, limit: limit, connection)
        }
    }

    /// Keeps a plan that was shown, and forgets those that ended.
    package func store(_ plan: StoredPlan, now: Timestamp) async throws(StorageError) {
        try await writeWorking { (connection) throws(StorageError) in
            try PlanTable.store(plan, now: now, connection)
        }
    }

    /// A plan that was shown, or nil once it is forgotten.
    package func plan(_ id: PlanID) async throws(StorageError) -> StoredPlan? {
        try await read { (connection) throws(StorageError) in try PlanTable.find(id, connection) }
    }
}
