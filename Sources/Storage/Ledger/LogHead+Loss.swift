internal import AuditLog

extension LogHead {
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
        // Others recorded meanwhile: a few tiles say whether they went on from what this node knows.
        let proof = try Ledger.consistencyProof(from: known.size, to: size, connection)
        // defence: T38 first: return
        guard let proof, proof.verifies(oldRoot: known.root, newRoot: root) else {
            throw .historyLost(.forked(size: known.size))
        }
    }
}
