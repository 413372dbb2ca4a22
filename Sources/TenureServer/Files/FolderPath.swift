// Optimised, the compiler takes `stat` for this module's.
internal import CoreFoundation
internal import Glibc
internal import TenureAPI

/// Paths of folders: made, checked, compared. No path of the server's is relative.
enum FolderPath {
    /// The folder in which a path lies.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Makes a folder with those above it, mode 0700, or checks the one that is there.
    static func prepare(_ path: String) throws(StartFailure) {
        if !ProtectedFile.exists(path) {
            let parent = parent(of: path)
            if parent != path, !ProtectedFile.exists(parent) { try prepare(parent) }
            guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw StartFailure(.fault, "\(path) cannot be made: \(ProtectedFile.reason())")
            }
            try ProtectedFile.syncFolder(of: path)
        }
        try check(path)
    }

    /// Refuses a folder that is a link, somebody else's, or open to others: who may write in it may exchange files.
    static func check(_ path: String) throws(StartFailure) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            throw StartFailure(.notFound, "\(path) cannot be looked at: \(ProtectedFile.reason())")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StartFailure(.fault, "\(path) is no folder, or is a symbolic link: name the folder itself")
        }
        guard status.st_uid == geteuid() else {
            throw StartFailure(
                .fault, "\(path) belongs to another user (\(status.st_uid)): run `chown \(geteuid()) \(path)`")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw StartFailure(.fault, "\(path) is open to others: run `chmod 700 \(path)`")
        }
    }

    /// The path without links, `.` and `..`, as far as it exists; what does not exist yet is taken as it stands.
    static func resolved(_ path: String) -> String {
        if let real = unsafe realpath(path, nil) {
            defer { unsafe free(real) }
            return unsafe String(cString: real)
        }
        let parent = parent(of: path)
        guard parent != path, let slash = path.lastIndex(of: "/") else { return path }
        let above = resolved(parent)
        return (above == "/" ? "" : above) + path[slash...]
    }

    /// Whether a file lies in a folder, at whatever depth and by whatever link.
    static func contains(_ folder: String, _ path: String) -> Bool {
        let outer = Array(resolved(folder).utf8) + [UInt8(ascii: "/")]
        return (Array(resolved(path).utf8) + [UInt8(ascii: "/")]).starts(with: outer)
    }

    /// Removes a folder of ours with the files in it.
    static func remove(_ path: String) throws(StartFailure) {
        for name in try names(in: path) { try ProtectedFile.remove(path + "/" + name) }
        guard unsafe rmdir(path) == 0 else {
            throw StartFailure(.fault, "\(path) cannot be removed: \(ProtectedFile.reason())")
        }
    }

    /// The names in a folder, in order, without those that begin with a dot.
    static func names(in path: String) throws(StartFailure) -> [String] {
        guard let folder = unsafe opendir(path) else {
            throw StartFailure(.notFound, "\(path) cannot be opened: \(ProtectedFile.reason())")
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name.utf8.first != UInt8(ascii: ".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
