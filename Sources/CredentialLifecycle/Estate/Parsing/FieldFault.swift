internal import TenureModel

/// Which field of a body or file cannot mean anything, and why.
package struct FieldFault: Error, Hashable, Sendable {
    /// As in the document: `workloads[2].owner`.
    package let field: String
    package let detail: String

    package init(_ field: String, _ detail: String) {
        self.field = field
        self.detail = detail
    }
}

/// Reads the fields of one item, naming the item in each fault.
struct FieldReader {
    /// `workloads[2].`, or empty for a body of its own.
    let path: String

    func name(_ text: String, _ field: String) throws(FieldFault) -> Name {
        do {
            return try Name(text)
        } catch {
            throw fault(field, "1 to 63 of a-z, 0-9 and -, not beginning with -")
        }
    }

    func sentence(_ text: String, _ field: String) throws(FieldFault) -> Sentence {
        do {
            return try Sentence(text)
        } catch {
            throw fault(field, "1 to \(Sentence.bytesMax) bytes of printable text in one line")
        }
    }

    func audience(_ text: String, _ field: String) throws(FieldFault) -> Audience {
        do {
            return try Audience(text)
        } catch {
            throw fault(field, "1 to 128 of a-z, 0-9 and . : / _ -")
        }
    }

    func scope(_ text: String, _ field: String) throws(FieldFault) -> Scope {
        do {
            return try Scope(text)
        } catch {
            throw fault(field, "1 to 128 visible ASCII characters")
        }
    }

    func time(_ text: String?, _ field: String) throws(FieldFault) -> Timestamp? {
        guard let text else { return nil }
        do {
            return try Timestamp(rfc3339: text)
        } catch {
            throw fault(field, "a time as 2026-11-23T14:00:00Z")
        }
    }

    func reference(_ text: String, _ field: String) throws(FieldFault) -> ObjectReference {
        do {
            return try ObjectReference(text)
        } catch {
            throw fault(field, "kind/name, such as person/ada")
        }
    }

    func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String, _ field: String, of _: Value.Type = Value.self
    ) throws(FieldFault) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(field, "one of \(known)")
        }
        return value
    }

    func lifetime(_ seconds: Int64?, _ field: String) throws(FieldFault) -> Lifetime {
        guard let seconds else { throw fault(field, "is missing") }
        do {
            return try Lifetime(seconds: seconds)
        } catch {
            throw fault(field, "from \(Lifetime.allowed.lowerBound) to \(Lifetime.allowed.upperBound) seconds")
        }
    }

    func required<Value>(_ value: Value?, _ field: String) throws(FieldFault) -> Value {
        guard let value else { throw fault(field, "is missing") }
        return value
    }

    func list<Element, Parsed>(
        _ values: [Element]?, _ field: String, max: Int,
        _ parse: (Element, String) throws(FieldFault) -> Parsed
    ) throws(FieldFault) -> [Parsed] {
        guard let values else { return [] }
        guard values.count <= max else { throw fault(field, "at most \(max)") }
        var parsed: [Parsed] = []
        for (place, value) in values.enumerated() { parsed.append(try parse(value, "\(field)[\(place)]")) }
        return parsed
    }

    func fault(_ field: String, _ detail: String) -> FieldFault { FieldFault(path + field, detail) }
}
