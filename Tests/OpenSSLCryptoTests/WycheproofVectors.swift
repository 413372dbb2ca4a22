internal import Foundation
internal import Testing

/// The vectors of Project Wycheproof, where a folder `shared/vectors` lies beside the project.
enum Wycheproof {
    /// The folder with the vectors, found by walking up from this file; nil where there is none.
    static let folder: URL? = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("shared/vectors/wycheproof")
            if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }()

    /// What the tests say when they are skipped.
    static let missing: Comment = "skipped: there is no folder shared/vectors/wycheproof beside the project"

    static func vectors(_ name: String) throws -> File {
        let folder = try #require(folder)
        let file = folder.appendingPathComponent("\(name)_test.json")
        return try JSONDecoder().decode(File.self, from: Foundation.Data(contentsOf: file))
    }

    struct File: Decodable {
        let numberOfTests: Int
        let testGroups: [Group]
    }

    struct Group: Decodable {
        let keySize: Int?
        let ivSize: Int?
        let tagSize: Int?
        let publicKeyDer: String?
        let tests: [Vector]
    }

    struct Vector: Decodable {
        let tcId: Int
        let comment: String
        let flags: [String]
        let result: Outcome
        let key: String?
        let msg: String?
        let tag: String?
        let sig: String?
        let iv: String?
        let aad: String?
        let ct: String?
        let ikm: String?
        let salt: String?
        let info: String?
        let size: Int?
        let okm: String?
    }

    enum Outcome: String, Decodable {
        case valid, invalid, acceptable
    }
}
