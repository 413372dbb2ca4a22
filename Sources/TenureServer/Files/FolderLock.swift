internal import Glibc
internal import TenureAPI

/// One program at a time uses a data folder: two that write to one SQLite database would break the rule that one
/// connection alone writes and checkpoints (PITFALLS 0.2). The lock ends with the process, however it ends.
final class FolderLock: Sendable {
    private let file: Int32

    /// - Throws: `unavailable` where another program holds it.
    init(folder: String) throws(StartFailure) {
        let path = folder + "/lock"
        let file = unsafe open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw StartFailure(.fault, "\(path) cannot be opened: \(ProtectedFile.reason())")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw StartFailure(
                .unavailable, "another tenured uses \(folder): stop it first, or name another folder")
        }
        self.file = file
    }

    deinit {
        // A program that is just being started still holds a copy of the file, which would keep the lock.
        flock(file, LOCK_UN)
        close(file)
    }
}
