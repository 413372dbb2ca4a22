internal import Foundation
internal import Storage

/// The files of a database: who may read them, and how one is put in the place of another.
enum DatabaseFile {
    /// What lies beside the database while it is open.
    private static let suffixes = ["", "-wal", "-shm"]
    /// A copy that is being written, and one that is complete and takes the database's place.
    static func recovering(_ path: String) -> String { path + "-recovering" }
    static func recovered(_ path: String) -> String { path + "-recovered" }

    /// Makes an empty file that only this user may read, so that SQLite makes those beside it likewise, or checks what
    /// is there.
    static func prepare(_ path: String) throws(StorageError) {
        if status(path) == nil {
            try makeEmpty(path)
            try syncFolder(of: path)
        }
        try check(path)
    }

    /// SQLite takes an empty file for an empty database, and gives those beside it the same mode.
    static func makeEmpty(_ path: String) throws(StorageError) {
        let file = unsafe Foundation.open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .unavailable("cannot make \(path): \(reason())") }
        Foundation.close(file)
    }

    /// Refuses files that somebody else may read or exchange (THREATS, T43).
    static func check(_ path: String) throws(StorageError) {
        for file in suffixes.map({ path + $0 }) {
            guard let status = status(file) else { continue }
            // defence: T43
            guard status.st_mode & S_IFMT == S_IFREG else { throw .insecureFile("\(file) is not a regular file") }
            guard status.st_uid == geteuid() else { throw .insecureFile("\(file) belongs to another user") }
            // defence: T43
            guard status.st_mode & 0o077 == 0 else {
                throw .insecureFile("\(file) may be used by others: chmod 600 it")
            }
            guard status.st_nlink == 1 else { throw .insecureFile("\(file) has a second name") }
        }
    }

    /// Ends a recovery that the program did not live to end: a complete copy takes the database's place, an incomplete
    /// one goes.
    static func finishRecovery(_ path: String) throws(StorageError) {
        if status(recovering(path)) != nil { try remove(recovering(path)) }
        guard status(recovered(path)) != nil else { return }
        try takePlace(of: path)
    }

    /// Syncs a finished copy and gives it the name that says so.
    static func complete(_ path: String) throws(StorageError) {
        try sync(recovering(path))
        try rename(recovering(path), recovered(path))
        try syncFolder(of: path)
    }

    /// Puts the complete copy in the database's place. The log of the old file goes first: beside the new one it would
    /// be replayed into it.
    static func takePlace(of path: String) throws(StorageError) {
        for file in [path + "-wal", path + "-shm"] where status(file) != nil { try remove(file) }
        try syncFolder(of: path)
        try rename(recovered(path), path)
        try syncFolder(of: path)
    }

    static func remove(_ path: String) throws(StorageError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw .unavailable("cannot remove \(path): \(reason())")
        }
    }

    static func rename(_ old: String, _ new: String) throws(StorageError) {
        guard unsafe Foundation.rename(old, new) == 0 else {
            throw .unavailable("cannot rename \(old): \(reason())")
        }
    }

    static func sync(_ path: String) throws(StorageError) {
        let file = unsafe Foundation.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw .unavailable("cannot open \(path): \(reason())") }
        let isSynced = fsync(file) == 0
        let why = reason()
        Foundation.close(file)
        guard isSynced else { throw .unavailable("cannot sync \(path): \(why)") }
    }

    static func syncFolder(of path: String) throws(StorageError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let file = unsafe Foundation.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .unavailable("cannot open \(folder): \(reason())") }
        let isSynced = fsync(file) == 0
        let why = reason()
        Foundation.close(file)
        guard isSynced else { throw .unavailable("cannot sync \(folder): \(why)") }
    }

    /// What is at the path, without following a link; nil where nothing is.
    static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }

    static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
