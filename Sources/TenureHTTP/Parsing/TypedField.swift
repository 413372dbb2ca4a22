internal import TenureModel

/// Texts and numbers of a body as types that cannot hold a bad value; each fault names its field.
struct TypedField {
    func name(_ text: String, _ field: String) throws(Refusal) -> Name {
        guard let name = try? Name(text) else { throw .field(field, "1 to 63 of a-z, 0-9 and -, not beginning with -") }
        return name
    }

    func audience(_ text: String, _ field: String) throws(Refusal) -> Audience {
        guard let audience = try? Audience(text) else { throw .field(field, "1 to 128 of a-z, 0-9 and . : / _ -") }
        return audience
    }

    func scope(_ text: String, _ field: String) throws(Refusal) -> Scope {
        guard let scope = try? Scope(text) else { throw .field(field, "1 to 128 visible ASCII characters") }
        return scope
    }

    func sentence(_ text: String, _ field: String) throws(Refusal) -> Sentence {
        guard let sentence = try? Sentence(text) else {
            throw .field(field, "1 to \(Sentence.bytesMax) bytes of printable text in one line")
        }
        return sentence
    }

    func reference(_ text: String, _ field: String) throws(Refusal) -> ObjectReference {
        guard let reference = try? ObjectReference(text) else { throw .field(field, "kind/name, such as person/ada") }
        return reference
    }

    func time(_ text: String?, _ field: String) throws(Refusal) -> Timestamp? {
        guard let text else { return nil }
        guard let time = try? Timestamp(rfc3339: text) else { throw .field(field, "a time as 2026-11-23T14:00:00Z") }
        return time
    }

    /// A wish; policy narrows it further.
    func lifetime(_ seconds: Int64?, _ field: String) throws(Refusal) -> Int64? {
        guard let seconds else { return nil }
        guard Lifetime.allowed.contains(seconds) else {
            throw .field(field, "from \(Lifetime.allowed.lowerBound) to \(Lifetime.allowed.upperBound) seconds")
        }
        return seconds
    }

    func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String, _ field: String, of _: Value.Type = Value.self
    ) throws(Refusal) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw .field(field, "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    /// A reason: a name of RFC 5280, or a sentence of one's own, which counts as `otherwise`.
    func reason(_ text: String?, otherwise: RevocationReason) throws(Refusal) -> RevocationReason {
        guard let text else { return otherwise }
        if let reason = RevocationReason(rawValue: text) { return reason }
        _ = try sentence(text, "reason")
        return otherwise
    }
}
