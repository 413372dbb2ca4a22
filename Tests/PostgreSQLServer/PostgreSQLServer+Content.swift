internal import Foundation

// What a server that has stopped left on its disk, and a server on what another one left.
extension PostgreSQLServer {
    /// A data folder, by paths below it.
    package struct Content: Sendable {
        package let folders: [String]
        package let files: [String: [UInt8]]

        /// Takes folders with those above them before them.
        package init(folders: [String], files: [String: [UInt8]]) {
            self.folders = folders
            self.files = files
        }
    }

    private var dataFolder: String { folder + "/data" }

    /// Everything in the data folder.
    package func content() throws -> Content {
        var folders: [String] = []
        var files: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: dataFolder).sorted() {
            let type = try FileManager.default.attributesOfItem(atPath: dataFolder + "/" + path)[.type]
            switch type as? FileAttributeType {
            case .typeDirectory?: folders.append(path)
            case .typeRegular?:
                files[path] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: dataFolder + "/" + path)))
            default: throw Failure(description: "\(path) is neither a file nor a folder")
            }
        }
        return Content(folders: folders, files: files)
    }

    /// Has the server's processes record what they do to their files from the next start on (Tests/FaultPreload).
    ///
    /// - Returns: the file.
    package func beginJournal() throws -> String {
        let file = folder + "/journal"
        try Data().write(to: URL(fileURLWithPath: file))
        try Self.give(file)
        return file
    }

    /// Writes a data folder that the server may use.
    static func write(_ content: Content, to folder: String) throws {
        for path in [""] + content.folders {
            let place = folder + "/" + path
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try give(place)
        }
        for (path, bytes) in content.files where path != "postmaster.pid" {
            let place = folder + "/" + path
            guard
                FileManager.default.createFile(
                    atPath: place, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
            else { throw Failure(description: "cannot make \(place)") }
            try give(place)
        }
    }
}
