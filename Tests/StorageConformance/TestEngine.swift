internal import Foundation
internal import SQLiteEngine
internal import Storage
internal import Testing

/// The engines that the suite is handed.
enum TestEngine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite

    var testDescription: String { rawValue }

    /// Opens the database of a folder; a second time, as another program on the same database would.
    func open(in folder: borrowing TestFolder) throws -> any SQLEngine {
        try SQLiteEngine(path: folder.path + "/tenure.db")
    }
}

/// A folder of its own for each test, gone with it.
struct TestFolder: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/tenure-test-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("left behind: \(path)")
        }
    }
}
