// Optimised, the compiler takes `stat` for this module's.
internal import CoreFoundation
internal import Glibc
internal import SecretMemory
internal import TenureAPI

/// Files that hold keys, secrets or what the server decides by (THREATS, T43): plain files with one name, owned by the
/// server's user or root, closed to others. Whatever else lies at the path is refused, with the command that mends it.
package enum ProtectedFile {
    /// No file of ours is longer than an estate.
    static let bytesMax = 4 * 1024 * 1024

    /// Who may read the file.
    enum Secrecy {
        /// Its user alone.
        case secret
        /// Everybody may read it; nobody else may write it.
        case published
        /// Whoever it belongs to: what a developer's clone holds.
        case anybodys
    }

    /// Whether anything lies at the path; a link is something.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// Reads a whole file after the checks. The checks look at the open file, so that nobody exchanges it in between.
    static func read(
        _ path: String, _ secrecy: Secrecy = .secret, bytesMax: Int = bytesMax
    ) throws(StartFailure) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw openFailure(path) }
        defer { close(file) }
        try check(file, path, secrecy)
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe Glibc.read(file, &chunk, chunk.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw StartFailure(.fault, "\(path) cannot be read: \(reason())")
            }
            guard count > 0 else { break }
            content += chunk[..<count]
            guard content.count <= bytesMax else {
                throw StartFailure(.usage, "\(path) is larger than \(bytesMax / 1_048_576) MiB")
            }
        }
        unsafe explicit_bzero(&chunk, chunk.count)
        return content
    }

    /// The text of a file in UTF-8.
    static func text(_ path: String, _ secrecy: Secrecy = .secret) throws(StartFailure) -> String {
        guard let text = String(validating: try read(path, secrecy), as: UTF8.self) else {
            throw StartFailure(.usage, "\(path) is not UTF-8 text")
        }
        return text
    }

    /// Checks a file without reading it.
    static func check(_ path: String, _ secrecy: Secrecy = .secret) throws(StartFailure) {
        let file = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw openFailure(path) }
        defer { close(file) }
        try check(file, path, secrecy)
    }

    private static func openFailure(_ path: String) -> StartFailure {
        let error = errno
        if error == ELOOP {
            return StartFailure(.fault, "\(path) is a symbolic link: put the file itself there")
        }
        return StartFailure(
            error == ENOENT ? .notFound : .fault, "\(path) cannot be opened: \(reason(error))")
    }

    private static func check(_ file: Int32, _ path: String, _ secrecy: Secrecy) throws(StartFailure) {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else {
            throw StartFailure(.fault, "\(path) cannot be looked at: \(reason())")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw StartFailure(.fault, "\(path) is no plain file") }
        guard secrecy != .anybodys else { return }
        // defence: T43
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw StartFailure(
                .fault, "\(path) belongs to another user (\(status.st_uid)): run `chown \(geteuid()) \(path)`")
        }
        let forbidden: mode_t = secrecy == .secret ? 0o077 : 0o022
        // defence: T43
        guard status.st_mode & forbidden == 0 else {
            let mode = secrecy == .secret ? "600" : "644"
            let act = secrecy == .secret ? "read or changed" : "changed"
            throw StartFailure(.fault, "\(path) may be \(act) by others: run `chmod \(mode) \(path)`")
        }
        // defence: T43
        guard secrecy == .published || status.st_nlink == 1 else {
            throw StartFailure(.fault, "\(path) has a second name (a hard link): remove it or make a new file")
        }
    }

    /// The system's words for an error.
    static func reason(_ error: Int32 = errno) -> String {
        guard let text = unsafe strerror(error) else { return "error \(error)" }
        return unsafe String(cString: text)
    }
}

extension ProtectedFile {
    /// Makes a file that is not there yet, mode 0600, durable with its folder.
    ///
    /// - Throws: `conflict` where something lies at the path.
    static func create(_ path: String, _ content: [UInt8]) throws(StartFailure) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let error = errno
            throw StartFailure(
                error == EEXIST ? .conflict : .fault,
                error == EEXIST
                    ? "\(path) is there already: move it away, or keep what it belongs to"
                    : "\(path) cannot be made: \(reason(error))")
        }
        defer { close(file) }
        try write(content, to: file, path)
        try syncFolder(of: path)
    }

    /// Puts a file in the place of what lies at the path, wholly or not at all: a new file beside it, synced, renamed.
    static func replace(_ path: String, _ content: [UInt8]) throws(StartFailure) {
        let temporary = path + ".new"
        // What an earlier try left is ours: only this program writes under this name, in a folder closed to others.
        if exists(temporary) { try remove(temporary) }
        try create(temporary, content)
        try rename(temporary, path)
    }

    /// Gives a file another name, in place of what may lie there, and makes that durable.
    static func rename(_ old: String, _ new: String) throws(StartFailure) {
        guard unsafe Glibc.rename(old, new) == 0 else {
            throw StartFailure(.fault, "\(old) cannot be renamed to \(new): \(reason())")
        }
        try syncFolder(of: new)
    }

    static func remove(_ path: String) throws(StartFailure) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw StartFailure(.fault, "\(path) cannot be removed: \(reason())")
        }
    }

    private static func write(_ content: [UInt8], to file: Int32, _ path: String) throws(StartFailure) {
        var rest = content[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw StartFailure(.fault, "\(path) cannot be written: \(reason())")
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw StartFailure(.fault, "\(path) cannot be synced: \(reason())") }
    }

    /// Makes names in the folder of a path durable.
    static func syncFolder(of path: String) throws(StartFailure) {
        let folder = FolderPath.parent(of: path)
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw StartFailure(.fault, "\(folder) cannot be opened: \(reason())") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw StartFailure(.fault, "\(folder) cannot be synced: \(reason())") }
    }
}
