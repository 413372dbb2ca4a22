internal import Dispatch
internal import Foundation
package import Storage
internal import Synchronization

extension SQLiteEngine {
    /// Writes the database into a new file and opens that. After a failed sync the pages that the system holds look
    /// written and may not be (PITFALLS 0.3): whatever a new connection reads is written once more, synced, and takes
    /// the database's place.
    ///
    /// Each step leaves files from which `init(path:)` goes on: first a complete copy under a name of its own, then the
    /// old log away, then the copy in the database's place.
    package func recover() async throws(StorageError) {
        guard state.withLock({ $0.poison }) != nil else { return }
        let result: Result<Void, StorageError> = await withCheckedContinuation { answer in
            DispatchQueue.global().async {
                do throws(StorageError) {
                    answer.resume(returning: .success(try self.recoverNow()))
                } catch {
                    answer.resume(returning: .failure(error))
                }
            }
        }
        try result.get()
    }

    private func recoverNow() throws(StorageError) {
        if DatabaseFile.status(DatabaseFile.recovered(path)) == nil {
            try DatabaseFile.remove(DatabaseFile.recovering(path))
            try SQLiteBackup.write(path, to: DatabaseFile.recovering(path))
            try DatabaseFile.complete(path)
        }
        try abandon()
        try DatabaseFile.takePlace(of: path)
        let new = try Self.open(path)
        try DatabaseFile.check(path)
        state.withLock { state in
            state.pool = new
            state.poison = nil
        }
    }
}
