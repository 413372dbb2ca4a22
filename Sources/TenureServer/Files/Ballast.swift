internal import Glibc

/// A file that is kept in reserve and given up when the disk fills, so that revoking and offboarding still commit
/// (PITFALLS, section 3.11).
enum Ballast {
    /// Free bytes below which the file is given up.
    static let giveUpBelow: Int64 = 33_554_432

    /// How many bytes a user without privileges may still write beside a path; nil where the system does not say.
    static func freeBytes(at folder: String) -> Int64? {
        var status = statvfs()
        guard unsafe statvfs(folder, &status) == 0 else { return nil }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// Reserves the bytes, where there is room for them beside `keep`; true where the file is there.
    static func reserve(_ path: String, bytes: Int64, keep: Int64) -> Bool {
        if ProtectedFile.exists(path) { return true }
        let (needed, overflow) = bytes.addingReportingOverflow(keep)
        guard !overflow, let free = freeBytes(at: FolderPath.parent(of: path)), free >= needed else { return false }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        guard posix_fallocate(file, 0, off_t(bytes)) == 0 else {
            _ = unsafe unlink(path)
            return false
        }
        return true
    }

    /// Gives the bytes up; true where there were any.
    static func giveUp(_ path: String) -> Bool { unsafe unlink(path) == 0 }
}
