internal import Foundation
internal import Testing

/// The package as it lies on disk, read once.
struct SourceTree: Sendable {
    static let package = SourceTree(root: SourceTree.rootFolder())

    let root: URL
    /// Every Swift and C file below `Sources` and `Tests`, sorted by path.
    let files: [SourceFile]
    let manifest: PackageManifest

    private init(root: URL) {
        self.root = root
        manifest = PackageManifest(Self.read(root.appending(path: "Package.swift")))
        files = ["Sources", "Tests"]
            .flatMap { Self.paths(below: $0, in: root) }
            .filter { path in [".swift", ".c", ".h"].contains { path.hasSuffix($0) } }
            .sorted()
            .map { SourceFile(path: $0, text: Self.read(root.appending(path: $0))) }
    }

    /// The text of a file below the root, or nil where there is none.
    func text(of path: String) -> String? {
        let file = root.appending(path: path)
        return FileManager.default.fileExists(atPath: file.path) ? Self.read(file) : nil
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: root.appending(path: path).path)
    }

    /// The paths of all files below a folder, hidden ones left out.
    func paths(below folder: String) -> [String] { Self.paths(below: folder, in: root).sorted() }

    private static func paths(below folder: String, in root: URL) -> [String] {
        let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.allObjects ?? []
        return names.compactMap { $0 as? String }
            .filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
            .map { folder + "/" + $0 }
    }

    private static func read(_ file: URL) -> String {
        do {
            return String(decoding: try Data(contentsOf: file), as: UTF8.self)
        } catch {
            preconditionFailure("\(file.path) cannot be read: \(error)")
        }
    }

    /// The folder two above this file's own; links are followed, so that the tests can be built from another place.
    private static func rootFolder() -> URL {
        var folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        repeat { folder.deleteLastPathComponent() } while folder.lastPathComponent != "Tests"
        return folder.deletingLastPathComponent()
    }
}

extension SourceTree: CustomTestStringConvertible {
    // Its files would fill every message of a failed expectation.
    var testDescription: String { "the package in \(root.path)" }
}
