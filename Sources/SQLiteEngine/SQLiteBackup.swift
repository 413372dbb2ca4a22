internal import Dispatch
internal import Foundation
internal import GRDB
package import Storage

/// A copy of a database in a file of its own, also while a broker writes to it.
package enum SQLiteBackup {
    /// Copies one state of the database: what was committed when it began. The file has its name only once it is whole
    /// and synced; only this user may read it.
    ///
    /// The connection reads alone and never checkpoints, which belongs to the broker's (PITFALLS 0.2).
    ///
    /// - Throws: `unavailable` where the database cannot be read, or something lies at `target`.
    package static func copy(_ path: String, to target: String) async throws(StorageError) {
        let result: Result<Void, StorageError> = await withCheckedContinuation { answer in
            DispatchQueue.global().async {
                do throws(StorageError) {
                    answer.resume(returning: .success(try copyNow(path, to: target)))
                } catch {
                    answer.resume(returning: .failure(error))
                }
            }
        }
        try result.get()
    }

    private static func copyNow(_ path: String, to target: String) throws(StorageError) {
        guard DatabaseFile.status(target) == nil else { throw .unavailable("\(target) is there already") }
        guard DatabaseFile.status(path) != nil else { throw .unavailable("there is no database at \(path)") }
        let unfinished = target + "-unfinished"
        try DatabaseFile.remove(unfinished)
        try write(path, to: unfinished)
        try DatabaseFile.sync(unfinished)
        try DatabaseFile.rename(unfinished, target)
        try DatabaseFile.syncFolder(of: target)
    }

    /// Through a connection of its own, which has nothing in its page cache.
    static func write(_ path: String, to target: String) throws(StorageError) {
        try DatabaseFile.makeEmpty(target)
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let source = try DatabaseQueue(path: path, configuration: configuration)
            try source.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [target]) }
            try source.close()
        } catch {
            throw SQLiteConnection.translate(error)
        }
    }
}
