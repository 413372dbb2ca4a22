/// That an identity may get what a profile describes, within constraints. Each change makes a new version; a credential
/// names the version that justified it.
package struct Entitlement: Hashable, Sendable {
    package var id: EntitlementID
    /// The audit index of the entry that made it: its number in `e` references. −1 until it is recorded.
    package var number: Int64
    package var version: Int64
    package var identity: IdentityID
    package var profile: ProfileID
    package var state: State
    package var terms: EntitlementTerms
    /// Who asked for it.
    package var granter: Grantor
    /// Who approved this version; nil while it is requested.
    package var approver: Grantor?

    /// Asked for, in force, or over for ever.
    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
        case requested, active, ended
    }

    package init(
        id: EntitlementID, number: Int64, version: Int64, identity: IdentityID, profile: ProfileID, state: State,
        terms: EntitlementTerms, granter: Grantor, approver: Grantor?
    ) {
        self.id = id
        self.number = number
        self.version = version
        self.identity = identity
        self.profile = profile
        self.state = state
        self.terms = terms
        self.granter = granter
        self.approver = approver
    }

    /// `ent_…@3`.
    package var versionText: String { id.text + "@" + String(version) }
}

/// Why, until when, and how narrow.
package struct EntitlementTerms: Hashable, Sendable, Codable {
    package var justification: Sentence
    package var starts: Timestamp
    package var ends: Timestamp?
    package var review: Timestamp?
    package var constraints: EntitlementConstraints

    package init(
        justification: Sentence, starts: Timestamp, ends: Timestamp?, review: Timestamp?,
        constraints: EntitlementConstraints
    ) {
        self.justification = justification
        self.starts = starts
        self.ends = ends
        self.review = review
        self.constraints = constraints
    }
}

/// What narrows a profile for one identity; nil leaves the profile's own bound.
package struct EntitlementConstraints: Hashable, Sendable, Codable {
    package var scopes: [Scope]?
    package var audiences: [Audience]?
    package var names: [String]?
    package var lifetimeSeconds: Int64?
    /// CIDR blocks from which the holder may ask.
    package var networks: [String]?

    package init(
        scopes: [Scope]? = nil, audiences: [Audience]? = nil, names: [String]? = nil, lifetimeSeconds: Int64? = nil,
        networks: [String]? = nil
    ) {
        self.scopes = scopes
        self.audiences = audiences
        self.names = names
        self.lifetimeSeconds = lifetimeSeconds
        self.networks = networks
    }

    package static let unconstrained = EntitlementConstraints()
}

/// Who granted or approved: an identity, or policy standing in its place, as `policy/PROFILE@VERSION` or
/// `policy/first-administrator`.
package enum Grantor: Hashable, Sendable {
    case identity(IdentityID)
    case policy(String)

    package var text: String {
        switch self {
        case .identity(let id): id.text
        case .policy(let name): "policy/" + name
        }
    }

    /// Parses an identity's id, or `policy/` and 1 to 128 of `[a-z0-9@-]`.
    package init(_ text: String) throws(IdentifierError) {
        if text.utf8.starts(with: "policy/".utf8) {
            let name = text.utf8.dropFirst("policy/".utf8.count)
            let punctuation = Set("@-".utf8)
            guard (1...128).contains(name.count) else { throw .malformed }
            guard name.allSatisfy({ ASCII.isLowerAlphanumeric($0) || punctuation.contains($0) }) else {
                throw .malformed
            }
            self = .policy(String(Substring(name)))
        } else {
            self = .identity(try IdentityID(text))
        }
    }
}

extension Grantor: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
