/// The id of a person, a team or a workload.
package enum IdentityID: Hashable, Sendable, Comparable {
    case person(PersonID)
    case team(TeamID)
    case workload(WorkloadID)

    package var kind: IdentityKind {
        switch self {
        case .person: .person
        case .team: .team
        case .workload: .workload
        }
    }

    package var text: String {
        switch self {
        case .person(let id): id.text
        case .team(let id): id.text
        case .workload(let id): id.text
        }
    }

    package var bytes: [UInt8] {
        switch self {
        case .person(let id): id.bytes
        case .team(let id): id.bytes
        case .workload(let id): id.bytes
        }
    }

    /// Parses the id of any kind of identity, by its prefix.
    package init(_ text: String) throws(IdentifierError) {
        if text.hasPrefix(PersonKind.prefix) {
            self = .person(try PersonID(text))
        } else if text.hasPrefix(TeamKind.prefix) {
            self = .team(try TeamID(text))
        } else {
            self = .workload(try WorkloadID(text))
        }
    }

    /// The id of 16 stored bytes.
    package init(kind: IdentityKind, bytes: [UInt8]) throws(IdentifierError) {
        switch kind {
        case .person: self = .person(try PersonID(bytes: bytes))
        case .team: self = .team(try TeamID(bytes: bytes))
        case .workload: self = .workload(try WorkloadID(bytes: bytes))
        }
    }

    package static func < (one: Self, other: Self) -> Bool { one.text < other.text }
}

extension IdentityID: CustomStringConvertible {
    package var description: String { text }
}

extension IdentityID: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// The kinds of identities.
package enum IdentityKind: String, Hashable, Sendable, CaseIterable, Codable {
    case person, team, workload
}
