internal import Foundation

/// A folder in which a key and its certificate change together (THREATS, T44): whoever is killed in between leaves the
/// old pair or the new pair, never one of each.
///
/// The files lie in a folder of their own for each version. One symbolic link, `..current`, says which; `key.pem`,
/// `cert.pem` and the others are links through it, so that renaming that one link over changes them all at once.
package struct CertificateFolder: Sendable {
    /// Names, in the order in which they are written.
    package static let names = ["key.pem", "cert.pem", "chain.pem", "ca.pem", "credential.json"]
    private static let current = "..current"
    private static let versionPrefix = "..version-"

    private let path: String

    /// A folder that is there, or is made when something is put into it.
    package init(path: String) { self.path = path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// Content by name; names of `names`.
    package typealias Files = [String: [UInt8]]

    /// A version that lies ready and is not in use.
    struct Version: Hashable, Sendable {
        let name: String
    }

    /// Whether a key lies here.
    package var hasKey: Bool { FileManager.default.fileExists(atPath: path + "/key.pem") }

    /// Puts a whole set of files in the place of what is there.
    ///
    /// - Parameter nonce: a text that no other call has; names the new version.
    /// - Throws: `FileError`; what was there before is untouched then.
    package func replace(with files: Files, nonce: String) async throws(FileError) {
        try makeFolder(path)
        // defence: T44
        try await adoptPlainFiles(nonce)
        let version = try stage(files, nonce: nonce)
        try await link(Array(files.keys), nonce: nonce)
        let previous = currentVersion
        try await use(version, nonce: nonce)
        prune(keeping: [version.name, previous].compactMap { $0 })
    }

    /// Writes the files into a new folder of their own and syncs them. Nothing that is in use changes.
    func stage(_ files: Files, nonce: String) throws(FileError) -> Version {
        let version = Version(name: Self.versionPrefix + nonce)
        let folder = path + "/" + version.name
        try makeFolder(folder)
        for name in Self.names {
            guard let content = files[name] else { continue }
            try WholeFile.create(folder + "/" + name, content: content)
        }
        try WholeFile.sync(folder: folder)
        return version
    }

    /// Makes the links through `..current` where they are missing. Until it says which version, they lead nowhere.
    func link(_ names: [String], nonce: String) async throws(FileError) {
        for name in Self.names where names.contains(name) {
            // defence: T44 becomes: let wanted = Self.versionPrefix + nonce + "/" + name
            let wanted = Self.current + "/" + name
            guard destination(of: name) != wanted else { continue }
            try await replaceLink(name, destination: wanted, nonce: nonce)
        }
    }

    /// From here on the version is what everybody reads.
    func use(_ version: Version, nonce: String) async throws(FileError) {
        try await replaceLink(Self.current, destination: version.name, nonce: nonce)
        try WholeFile.sync(folder: path)
    }

    /// Removes versions that nobody reads any more; the one before the newest stays for who is just reading it.
    func prune(keeping kept: [String]) {
        guard let names = FileManager.default.subpaths(atPath: path) else { return }
        for name in names where name.hasPrefix(Self.versionPrefix) && !name.contains("/") && !kept.contains(name) {
            WholeFile.removeIfThere(path + "/" + name)
        }
    }

    /// The name of the version in use.
    var currentVersion: String? { destination(of: Self.current) }

    /// Plain files that another program left become a version of their own first, so that they too change as one.
    private func adoptPlainFiles(_ nonce: String) async throws(FileError) {
        guard currentVersion == nil else { return }
        var files: Files = [:]
        for name in Self.names where FileManager.default.fileExists(atPath: path + "/" + name) {
            do {
                files[name] = try FileContent.read(path + "/" + name)
            } catch {
                throw FileError(path: path + "/" + name, action: "read")
            }
        }
        guard !files.isEmpty else { return }
        try await use(try stage(files, nonce: nonce + "-before"), nonce: nonce)
        try await link(Array(files.keys), nonce: nonce)
    }

    private func replaceLink(_ name: String, destination: String, nonce: String) async throws(FileError) {
        let temporary = WholeFile.temporaryPath(beside: path + "/" + name, nonce: nonce)
        do {
            try FileManager.default.createSymbolicLink(atPath: temporary, withDestinationPath: destination)
        } catch {
            throw FileError(path: path + "/" + name, action: "linked")
        }
        try await WholeFile.rename(temporary, to: path + "/" + name)
    }

    /// Where a link leads, or nil of what is no link.
    private func destination(of name: String) -> String? {
        do {
            return try FileManager.default.destinationOfSymbolicLink(atPath: path + "/" + name)
        } catch {
            return nil
        }
    }

    private func makeFolder(_ path: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw FileError(path: path, action: "made")
        }
    }
}
