internal import Authorization
internal import Foundation
internal import TenureModel
internal import Yams

/// A role as it stands in `ca/profiles`.
struct RoleFile: Decodable, Sendable {
    let name: String
    let kind: ProfileBody.Kind
    let version: Int64
    let approval: ApprovalMode
    let scope: AdministrationProfile.Scope
    let acts: [Act]

    static let names = ["admin", "operator", "team-admin", "reviewer", "auditor", "verifier"]

    init(named name: String) throws {
        self = try YAMLDecoder().decode(RoleFile.self, from: try Self.text(of: name))
    }

    /// The text of a file in `ca/profiles`.
    static func text(of name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name + ".yaml"), encoding: .utf8)
    }

    /// The names of all profiles of kind `administration` there are.
    static func present() throws -> Set<String> {
        struct Kind: Decodable {
            let kind: String?
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let names = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }
        let roles = try names.filter { name in
            let kind = try YAMLDecoder().decode(Kind.self, from: try text(of: name)).kind
            return kind == ProfileBody.Kind.administration.rawValue
        }
        return Set(roles)
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "ca/profiles")
}

/// `ca/profiles/relations.yaml`.
struct RelationsFile: Decodable, Sendable {
    struct Relation: Decodable, Sendable {
        let acts: [Act]
    }

    let owner: Relation
    let itself: Relation

    private enum CodingKeys: String, CodingKey {
        case owner
        case itself = "self"
    }

    static func read() throws -> RelationsFile {
        try YAMLDecoder().decode(RelationsFile.self, from: try RoleFile.text(of: "relations"))
    }

    var rules: RelationRules { RelationRules(owner: Set(owner.acts), itself: Set(itself.acts)) }
}
