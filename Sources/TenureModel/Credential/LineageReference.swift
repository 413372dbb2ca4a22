/// One thing that a credential hangs on: a kind letter and a number from 0 to 2^63 − 1 (DESIGN, section 2, *lineage*).
package struct LineageReference: Hashable, Sendable, Comparable {
    /// What is referred to, by its letter.
    package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        case identity = "i"
        case owner = "o"
        case entitlement = "e"
        case profile = "p"
        case trust = "t"
        case environment = "v"
        case instance = "n"
        case credential = "c"
        case family = "f"
        case authentication = "a"
        case subjectKey = "s"
        case signingKey = "k"
    }

    package let kind: Kind
    package let number: Int64

    package init(_ kind: Kind, _ number: Int64) {
        self.kind = kind
        self.number = number
    }

    /// The number alone: two kinds seldom share one, and the letter would be hashed as a string.
    package func hash(into hasher: inout Hasher) { hasher.combine(number) }

    package static func < (one: Self, other: Self) -> Bool {
        (one.kind.rawValue, one.number) < (other.kind.rawValue, other.number)
    }
}

extension LineageReference.Kind {
    /// A cut on an open reference ends the past, and new things may hang on it. Once a closed one is cut, all that
    /// hangs on it is dead whatever index it claims, and nothing new may hang on it.
    package var isOpen: Bool {
        switch self {
        case .identity, .owner, .entitlement, .profile, .trust, .environment, .instance: true
        case .credential, .family, .authentication, .subjectKey, .signingKey: false
        }
    }

    /// Whether the number is the audit index of the entry that made the object; else it is a hash (FORMATS, section 3).
    package var isIndexed: Bool {
        switch self {
        case .identity, .owner, .entitlement, .profile, .trust: true
        case .environment, .instance, .credential, .family, .authentication, .subjectKey, .signingKey: false
        }
    }
}

extension LineageReference: CustomStringConvertible {
    /// `i12`, or `v` and sixteen hex digits for a hashed one.
    package var description: String {
        guard !kind.isIndexed else { return kind.rawValue + String(number) }
        return kind.rawValue + hexText
    }

    /// The number as sixteen lower-case hex digits, the form of hashed references outside the database.
    package var hexText: String {
        let digits = String(UInt64(bitPattern: number), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
