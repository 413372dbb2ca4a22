extension StrictJSON {
    /// A parsed value, read-only. Members keep the document's order; no two of one object have the same name.
    ///
    /// Equality and hashing are by bytes: `"é"` in two Unicode forms is two values, unlike `String` (THREATS, T3).
    package indirect enum Value: Sendable {
        case object([Member])
        case array([Value])
        case string(String)
        /// A number in integer form (`-?(0|[1-9][0-9]*)`, not `-0`) that fits.
        case integer(Int64)
        /// Any other number as its text: fractions, exponents, `-0`, integers past `Int64`. It is never converted.
        case number(String)
        case flag(Bool)
        case null
    }

    /// One name and value of an object.
    package struct Member: Sendable {
        package let name: String
        package let value: Value

        package init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }
}

extension StrictJSON.Value {
    /// The member of an object with exactly these bytes as its name; nil where there is none or this is no object.
    package subscript(name: String) -> StrictJSON.Value? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The members in the document's order; nil where this is no object.
    package var members: [StrictJSON.Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements; nil where this is no array.
    package var elements: [StrictJSON.Value]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text; nil where this is no string.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer; nil for every other kind, other numbers included.
    package var integer: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    /// The truth value; nil where this is none.
    package var flag: Bool? {
        if case .flag(let flag) = self { flag } else { nil }
    }
}

extension StrictJSON.Value: Hashable {
    package static func == (one: Self, other: Self) -> Bool {
        switch (one, other) {
        case (.object(let one), .object(let other)): one == other
        case (.array(let one), .array(let other)): one == other
        case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
        case (.integer(let one), .integer(let other)): one == other
        case (.number(let one), .number(let other)): one.utf8.elementsEqual(other.utf8)
        case (.flag(let one), .flag(let other)): one == other
        case (.null, .null): true
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .object(let members): hasher.combine(members)
        case .array(let elements): hasher.combine(elements)
        case .string(let text), .number(let text): for byte in text.utf8 { hasher.combine(byte) }
        case .integer(let integer): hasher.combine(integer)
        case .flag(let flag): hasher.combine(flag)
        case .null: hasher.combine(0)
        }
    }
}

extension StrictJSON.Member: Hashable {
    package static func == (one: Self, other: Self) -> Bool {
        one.name.utf8.elementsEqual(other.name.utf8) && one.value == other.value
    }

    package func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
        hasher.combine(value)
    }
}
