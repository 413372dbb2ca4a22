internal import Dispatch
internal import Foundation
package import Storage

/// The file outside the database that holds the newest checkpoint this node signed (THREATS, T38).
package enum WitnessFile {
    /// A note is a few hundred bytes.
    static let bytesMax = 4096

    /// The witness at `path`, best on another disk than the database. It is read and written on a queue of its own.
    package static func witness(at path: String) -> Witness {
        let queue = DispatchQueue(label: "tenure.witness")
        return Witness(
            read: { () throws(StorageError) in
                try await run(on: queue) { () throws(StorageError) in try read(path) }
            },
            write: { (note) throws(StorageError) in
                try await run(on: queue) { () throws(StorageError) in try write(note, to: path) }
            })
    }

    private static func run<Value: Sendable>(
        on queue: DispatchQueue, _ body: @escaping @Sendable () throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        let result: Result<Value, StorageError> = await withCheckedContinuation { answer in
            queue.async {
                do throws(StorageError) {
                    answer.resume(returning: .success(try body()))
                } catch {
                    answer.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private static func read(_ path: String) throws(StorageError) -> String? {
        guard DatabaseFile.status(path) != nil else { return nil }
        try DatabaseFile.check(path)
        guard let file = FileHandle(forReadingAtPath: path) else { throw .unavailable("cannot open \(path)") }
        let content: Data
        do {
            content = try file.read(upToCount: bytesMax + 1) ?? Data()
            try file.close()
        } catch {
            throw .unavailable("cannot read \(path)")
        }
        guard content.count <= bytesMax, let note = String(validating: content, as: UTF8.self) else {
            throw .corrupt("the witness file")
        }
        return note
    }

    private static func write(_ note: String, to path: String) throws(StorageError) {
        let temporary = path + "-new"
        try DatabaseFile.remove(temporary)
        try DatabaseFile.makeEmpty(temporary)
        do {
            guard let file = FileHandle(forWritingAtPath: temporary) else {
                throw StorageError.unavailable("cannot open \(temporary)")
            }
            try file.write(contentsOf: Data(note.utf8))
            try file.synchronize()
            try file.close()
        } catch let error as StorageError {
            throw error
        } catch {
            throw .unavailable("cannot write \(temporary)")
        }
        try DatabaseFile.rename(temporary, path)
        try DatabaseFile.syncFolder(of: path)
    }
}
