internal import Authorization
internal import CredentialLifecycle
internal import Foundation
internal import StrictYAML
internal import TenureAPI
internal import TenureModel

/// The folder of profile files, with what relations grant (ca/profiles).
struct ProfileFolder: Sendable {
    let editions: [ProfileEdition]
    let relations: RelationRules

    /// - Parameter secrecy: `published` refuses files that others may change; in development a clone is taken as it is.
    init(_ folder: String, _ secrecy: ProtectedFile.Secrecy) throws(StartFailure) {
        let files = try FolderPath.names(in: folder).filter { $0.hasSuffix(".yaml") }
        guard files.contains("relations.yaml") else {
            throw StartFailure(
                .usage, "\(folder) holds no relations.yaml: copy it from ca/profiles of the release")
        }
        guard files.count <= 10_000 else { throw StartFailure(.usage, "\(folder) holds more than 10000 profiles") }
        var editions: [ProfileEdition] = []
        var relations: RelationRules?
        for file in files {
            let path = folder + "/" + file
            let text = try ProtectedFile.text(path, secrecy)
            do {
                if file == "relations.yaml" {
                    relations = try RelationsFile.read(file: path, text: text)
                } else {
                    editions.append(try Self.edition(path, text, name: String(file.dropLast(".yaml".count))))
                }
            } catch let fault as YAMLFault {
                throw StartFailure(.usage, fault.description)
            } catch let fault as FieldFault {
                throw StartFailure(.usage, "\(path): `\(fault.field)` \(fault.detail)")
            } catch {
                throw StartFailure(.fault, "\(path): \(error)")
            }
        }
        guard let relations else { throw StartFailure(.fault, "\(folder)/relations.yaml was not read") }
        self.editions = editions
        self.relations = relations
    }

    private static func edition(_ path: String, _ text: String, name: String) throws -> ProfileEdition {
        let document = try ProfileFile.read(file: path, text: text)
        guard document.name == name else {
            throw FieldFault("name", "must be `\(name)`, as the file's: one file holds one profile")
        }
        guard let version = document.version, version >= 1 else {
            throw FieldFault("version", "is required: 1 of a new profile, one more with each change")
        }
        return ProfileEdition(try DesiredProfile(document, path: ""), version: version)
    }
}

/// `relations.yaml`: what being the owner, or oneself, grants without an entitlement.
enum RelationsFile {
    static func read(file: String, text: String) throws(YAMLFault) -> RelationRules {
        let top = try YAMLMapping(file: file, text: text)
        try top.refuseUnknown(known: ["version", "owner", "self"])
        guard try top.int64("version") == 1 else { throw top.fault("version", "must be 1") }
        return RelationRules(owner: try acts(top, "owner"), itself: try acts(top, "self"))
    }

    private static func acts(_ top: YAMLMapping, _ key: String) throws(YAMLFault) -> Set<Act> {
        let section = try top.requiredMapping(key)
        try section.refuseUnknown(known: ["acts"])
        var acts: Set<Act> = []
        for text in try section.requiredStrings("acts") {
            guard let act = Act(rawValue: text) else {
                let nearest = NearestName.of(text, among: Act.allCases.map(\.rawValue))
                throw section.fault("acts", "holds what is no act" + (nearest.map { "; did you mean `\($0)`?" } ?? ""))
            }
            acts.insert(act)
        }
        return acts
    }
}
