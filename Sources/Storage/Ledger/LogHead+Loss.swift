internal import AuditLog

extension LogHead {
    /// Beyond so many new entries a proof reads less than they are.
    private static let leavesReadMax: Int64 = 256

    /// Refuses to be the head of a log that is not the known one, or one that extends it: the database was exchanged
    /// beneath the node, as by a failover to a standby that was behind (THREATS, T38).
    ///
    /// - Throws: `historyLost`.
    func refuseLoss(of known: LogHead, _ connection: any SQLConnection) throws(StorageError) {
        // defence: T38
        guard size >= known.size else { throw .historyLost(.shorter(size: size, witnessed: known.size)) }
        guard size > known.size else {
            // defence: T38
            guard root == known.root else { throw .historyLost(.forked(size: size)) }
            return
        }
        // Others recorded meanwhile, mostly a little: the known tree and what came after it give the new root. Else a
        // few tiles say whether they went on from what this node knows.
        if size - known.size <= Self.leavesReadMax, known.frontier.root == known.root {
            var grown = known.frontier
            for leaf in try EntryTable.leafHashes(connection, from: known.size, limit: size - known.size) {
                guard leaf.count == 32 else { throw .corrupt("entry, leaf hash") }
                grown.append(leafHash: leaf)
            }
            // defence: T38
            guard grown.size == size, grown.root == root else { throw .historyLost(.forked(size: known.size)) }
            return
        }
        let proof = try Ledger.consistencyProof(from: known.size, to: size, connection)
        // defence: T38 first: return
        guard let proof, proof.verifies(oldRoot: known.root, newRoot: root) else {
            throw .historyLost(.forked(size: known.size))
        }
    }
}
