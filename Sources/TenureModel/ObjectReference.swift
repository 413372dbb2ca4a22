/// How people and programs name an object: `kind/name` or `kind/id` (CONTRACT, first paragraph).
package struct ObjectReference: Hashable, Sendable, CustomStringConvertible {
    /// What can be referred to.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case person, team, workload, trust, profile, entitlement, credential, session, login, environment, owner
        case audience, issuer, key, `case`, operation, estate

        /// The same kind of an identity.
        package init(_ kind: IdentityKind) {
            switch kind {
            case .person: self = .person
            case .team: self = .team
            case .workload: self = .workload
            }
        }
    }

    package let kind: Kind
    /// A name or an id; of kind `owner` the reference of the owning identity, as in `owner/person/ada`.
    package let name: String

    package init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    /// Parses `kind/name`; the name is 1 to 160 visible ASCII characters.
    package init(_ text: String) throws(NameError) {
        guard text.utf8.count <= 192, let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { throw .malformed }
        guard let kind = Kind(rawValue: String(text[..<slash])) else { throw .malformed }
        let name = String(text[text.utf8.index(after: slash)...])
        guard (1...160).contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed
        }
        self.init(kind: kind, name: name)
    }

    package var description: String { kind.rawValue + "/" + name }
}
