internal import Foundation
internal import NIOCore
internal import NIOPosix

/// Writes files that are there wholly or not at all: a new file beside it, synced, then renamed into place.
package enum WholeFile {
    /// Replaces what stands at `path`, or makes it; mode 0600.
    ///
    /// - Parameter nonce: a text that no other call has; part of the name of the new file until it is renamed.
    /// - Throws: `FileError`; what stood there before is untouched then.
    package static func write(_ content: [UInt8], to path: String, nonce: String) async throws(FileError) {
        let temporary = temporaryPath(beside: path, nonce: nonce)
        do {
            try create(temporary, content: content)
            try await rename(temporary, to: path)
        } catch {
            removeIfThere(temporary)
            throw error
        }
        try sync(folder: folder(of: path))
    }

    /// Makes a file that is not there yet, mode 0600, and syncs it.
    static func create(_ path: String, content: [UInt8]) throws(FileError) {
        do {
            // Empty and exclusive first: the mode is right before a secret is inside.
            try Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.write(contentsOf: Data(content))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw FileError(path: path, action: "written")
        }
    }

    /// Renames over whatever stands at the new name.
    static func rename(_ path: String, to newPath: String) async throws(FileError) {
        do {
            let files = NonBlockingFileIO(threadPool: NIOSingletons.posixBlockingThreadPool)
            try await files.rename(path: path, newName: newPath)
        } catch {
            throw FileError(path: newPath, action: "replaced")
        }
    }

    /// Makes renames within a folder durable.
    static func sync(folder: String) throws(FileError) {
        guard let handle = FileHandle(forReadingAtPath: folder) else { throw FileError(path: folder, action: "synced") }
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw FileError(path: folder, action: "synced")
        }
    }

    /// A name in the same folder that nothing has.
    static func temporaryPath(beside path: String, nonce: String) -> String {
        folder(of: path) + "/." + URL(fileURLWithPath: path).lastPathComponent + "." + nonce + ".new"
    }

    static func folder(of path: String) -> String {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return folder.isEmpty ? "." : folder
    }

    /// What is left over does no harm; that it could not be removed is no reason to hide why the work failed.
    static func removeIfThere(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            return
        }
    }
}

/// Why a file was not written.
package struct FileError: Error, Hashable, CustomStringConvertible {
    package let path: String
    let action: String

    package var description: String { "\(path) could not be \(action)" }
}
