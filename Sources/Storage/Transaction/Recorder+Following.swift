// Where several nodes write one log, each follows the others by reading what is new. Correctness does not rest on it:
// what is recorded is checked in its transaction (DESIGN, section 3), and what is answered without a record waits for a
// read that began after the question came.
extension Recorder {
    /// Whether other nodes may write to the log.
    package var isShared: Bool { engine.isShared }

    /// Brings the snapshot to a state of the database that is at least as new as this call; one read serves all who
    /// wait. Does nothing where this is the only node, whose snapshot is always the newest.
    package func catchUp() async throws(StorageError) {
        guard engine.isShared else { return }
        try await follow()
    }

    /// The same whatever the engine is. Call it several times a second where there may be other nodes.
    package func follow() async throws(StorageError) {
        try await newestRead.wait { () async throws(StorageError) in try await self.refresh() }
    }

    /// Stores the newest checkpoint where nobody did, though other nodes wrote the log; the work of one node alone.
    package func storeForOthers() async {
        guard stoppedBecause == nil, queue.isEmpty else { return }
        await storeCheckpoint(isLast: false)
    }
}
