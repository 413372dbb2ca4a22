internal import Authorization
internal import CredentialLifecycle
internal import Foundation
internal import StrictYAML
internal import TenureAPI
internal import TenureModel

/// The project's own profiles, relations and example estate.
enum EstateFiles {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func profiles() throws -> [DesiredProfile] {
        let folder = root.appendingPathComponent("ca/profiles")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".yaml") && $0 != "relations.yaml" }
            .map { name in
                let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                return try DesiredProfile(try ProfileFile.read(file: name, text: text), path: "")
            }
    }

    static func relations() throws -> RelationRules {
        let text = try String(contentsOf: root.appendingPathComponent("ca/profiles/relations.yaml"), encoding: .utf8)
        let top = try YAMLMapping(file: "relations.yaml", text: text)
        func acts(_ key: String) throws -> Set<Act> {
            Set(try top.requiredMapping(key).requiredStrings("acts").compactMap { Act(rawValue: $0) })
        }
        return RelationRules(owner: try acts("owner"), itself: try acts("self"))
    }

    static func estate() throws -> EstateDocument {
        let text = try String(contentsOf: root.appendingPathComponent("config/estate.example.yaml"), encoding: .utf8)
        return try estate(text)
    }

    /// An estate of YAML text, in which `${DEV_ISSUER}` is the test's issuer.
    static func estate(_ text: String) throws -> EstateDocument {
        let filled = text.replacingOccurrences(of: "${DEV_ISSUER}", with: TestIssuer.url)
        return try EstateFile { (path) throws(EstateFile.ContentError) in throw .init("no file \(path)") }
            .read(file: "estate.yaml", text: filled)
    }
}
