internal import TenureModel

extension EntryEncoding {
    /// Reads a body back, and accepts only bytes that `encode` would write: keys, order and spelling.
    ///
    /// - Throws: what is wrong with it. Never more than `bodyBytesMax` bytes and `depthMax` levels are looked at.
    package static func decode(_ body: [UInt8]) throws(EntryDecodingError) -> AuditEntry {
        guard body.count <= bodyBytesMax else { throw .tooLarge(byteCount: body.count) }
        var reader = EntryReader(body)
        let entry: AuditEntry
        do throws(CanonicalJSONError) {
            entry = try reader.entry()
        } catch {
            throw .malformed(place: error.place)
        }
        // The reader takes no other spelling; should it ever, the log would hold bytes that mean what they do not say.
        let rewritten: [UInt8]
        do throws(EntryEncodingError) {
            rewritten = try encode(entry)
        } catch {
            throw .notCanonical
        }
        guard rewritten == body else { throw .notCanonical }
        return entry
    }
}

/// Why a body is no entry.
package enum EntryDecodingError: Error, Hashable, Sendable {
    case tooLarge(byteCount: Int)
    /// Where the bytes stop being an entry of a version that is known here.
    case malformed(place: Int)
    /// Readable, but written in another way.
    case notCanonical
}

/// Reads the parts of a body in their order.
private struct EntryReader {
    private var json: CanonicalJSONReader

    init(_ body: [UInt8]) { json = CanonicalJSONReader(body) }

    mutating func entry() throws(CanonicalJSONError) -> AuditEntry {
        try json.expect("{\"v\":1,\"at\":")
        let at = try time()
        try json.expect(",\"act\":")
        let act = try word(Act.init(rawValue:))
        try json.expect(",\"by\":")
        let actor = try actor()
        try json.expect(",\"for\":")
        let object = try json.optionalString()
        try json.expect(",\"ent\":")
        let entitlement = try json.optionalString()
        try json.expect(",\"out\":")
        let outcome = try word(AuditEntry.Outcome.init(rawValue:))
        try json.expect(",\"why\":")
        let why = try json.optionalString()
        try json.expect(",\"src\":")
        let source = try json.optionalString()
        try json.expect(",\"rows\":[")
        let rows = try rows()
        try json.expect(",\"x\":")
        guard json.next == UInt8(ascii: "{"), case .object(let details) = try detail(depth: 1) else {
            throw CanonicalJSONError(place: json.place)
        }
        try json.expect("}")
        try json.expectEnd()
        return AuditEntry(
            at: at, act: act, actor: actor, object: object, entitlement: entitlement, outcome: outcome, why: why,
            source: source, rows: rows, details: details)
    }

    private mutating func time() throws(CanonicalJSONError) -> Timestamp {
        let start = json.place
        let text = try json.string()
        do throws(TimestampError) {
            return try Timestamp(rfc3339: text)
        } catch {
            throw CanonicalJSONError(place: start)
        }
    }

    /// One word of a closed list.
    private mutating func word<Word>(_ parse: (String) -> Word?) throws(CanonicalJSONError) -> Word {
        let start = json.place
        guard let word = parse(try json.string()) else { throw CanonicalJSONError(place: start) }
        return word
    }

    private mutating func actor() throws(CanonicalJSONError) -> AuditActor {
        try json.expect("{\"id\":")
        let id = try json.optionalString()
        try json.expect(",\"how\":")
        let how = try word(AuditActor.Method.init(rawValue:))
        try json.expect(",\"session\":")
        let start = json.place
        var session: SessionID?
        if let text = try json.optionalString() {
            do throws(IdentifierError) {
                session = try SessionID(text)
            } catch {
                throw CanonicalJSONError(place: start)
            }
        }
        try json.expect("}")
        return AuditActor(id: id, how: how, session: session)
    }

    private mutating func rows() throws(CanonicalJSONError) -> [AuditedRowHash] {
        var rows: [AuditedRowHash] = []
        while !json.take("]") {
            try json.expect(rows.isEmpty ? "[" : ",[")
            let table = try json.string()
            try json.expect(",")
            let key = try json.string()
            try json.expect(",")
            let start = json.place
            guard let hash = Hex.decode(try json.plainBytes()), hash.count == 32 else {
                throw CanonicalJSONError(place: start)
            }
            try json.expect("]")
            rows.append(AuditedRowHash(table: table, key: key, hash: hash))
        }
        return rows
    }

    private mutating func detail(depth: Int) throws(CanonicalJSONError) -> AuditDetail {
        guard depth <= EntryEncoding.depthMax, let next = json.next else { throw CanonicalJSONError(place: json.place) }
        switch next {
        case UInt8(ascii: "\""): return .text(try json.string())
        case UInt8(ascii: "t"):
            try json.expect("true")
            return .flag(true)
        case UInt8(ascii: "f"):
            try json.expect("false")
            return .flag(false)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "{"): return try object(depth: depth)
        default: return .number(try json.integer())
        }
    }

    private mutating func list(depth: Int) throws(CanonicalJSONError) -> AuditDetail {
        try json.expect("[")
        var items: [AuditDetail] = []
        while !json.take("]") {
            if !items.isEmpty { try json.expect(",") }
            items.append(try detail(depth: depth + 1))
        }
        return .list(items)
    }

    private mutating func object(depth: Int) throws(CanonicalJSONError) -> AuditDetail {
        try json.expect("{")
        var members: [AuditDetail.Member] = []
        while !json.take("}") {
            if !members.isEmpty { try json.expect(",") }
            let key = try json.string()
            try json.expect(":")
            members.append(AuditDetail.Member(key, try detail(depth: depth + 1)))
        }
        return .object(members)
    }
}
