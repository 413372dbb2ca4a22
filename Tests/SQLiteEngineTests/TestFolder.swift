internal import Foundation

/// A folder of its own for each test, gone with it.
struct TestFolder: ~Copyable {
    let path: String
    var database: String { path + "/tenure.db" }

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

    func mode(_ name: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int ?? -1
    }
}
