package import TenureModel

/// One event of the feed (FORMATS, section 3).
package struct FeedEvent: Hashable, Sendable {
    /// What the event is about.
    package enum Body: Hashable, Sendable {
        /// Everything on the reference up to `index` is dead.
        case mark(LineageReference, RevocationReason)
        /// A key version changed; ask for the keys.
        case key
    }

    /// The index of its entry.
    package let index: Int64
    /// The index of the event before it; −1 for the first.
    package let previous: Int64
    package let body: Body
    package let at: Timestamp
}

/// One cut of a reference, which a later one may have followed.
package struct Cut: Hashable, Sendable {
    package let reference: LineageReference
    /// Of the entry that cut.
    package let index: Int64
    package let reason: RevocationReason
    package let at: Timestamp
}

enum FeedTable {
    static func write(_ events: [FeedEvent], _ connection: any SQLConnection) throws(StorageError) {
        for (place, event) in events.enumerated() {
            var arguments: [SQLValue] = [.integer(event.index), .integer(Int64(place)), .integer(event.previous)]
            switch event.body {
            case .mark(let reference, let reason):
                arguments += [
                    .text("mark"), .text(reference.kind.rawValue), .integer(reference.number), .text(reason.rawValue),
                ]
            case .key: arguments += [.text("key"), .null, .null, .null]
            }
            try connection.enqueue(insert, arguments + [SQLValue(event.at)])
        }
    }

    static func events(
        after index: Int64, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [FeedEvent] {
        try connection.rows(after, [.integer(index), .integer(limit)]).map { (row) throws(StorageError) in
            var reader = RowReader(row, of: "feed")
            let index = try reader.integer()
            let previous = try reader.integer()
            let event = try reader.text()
            let kind: LineageReference.Kind? = try reader.optionalRaw()
            let number = try reader.optionalInteger()
            let reason: RevocationReason? = try reader.optionalRaw()
            let body: FeedEvent.Body
            if event == "key" {
                body = .key
            } else if let kind, let number, let reason {
                body = .mark(LineageReference(kind, number), reason)
            } else {
                throw .corrupt("feed")
            }
            return FeedEvent(index: index, previous: previous, body: body, at: try reader.time())
        }
    }

    /// The first cut of a reference at or after an index; nil where there is none.
    static func firstCut(
        of reference: LineageReference, since index: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> Cut? {
        let arguments: [SQLValue] = [.text(reference.kind.rawValue), .integer(reference.number), .integer(index)]
        guard let row = try connection.rows(firstCut, arguments).first else { return nil }
        var reader = RowReader(row, of: "feed")
        return Cut(
            reference: reference, index: try reader.integer(), reason: try reader.raw(), at: try reader.time())
    }

    private static let firstCut = Statement(
        "SELECT idx, reason, at FROM feed WHERE kind = $1 AND number = $2 AND idx >= $3 ORDER BY idx LIMIT 1")

    /// The last cut of each reference that was cut before the entry at `index`.
    static func lastCuts(
        before index: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [LineageReference: Int64] {
        var cuts: [LineageReference: Int64] = [:]
        for row in try connection.rows(lastCuts, [.integer(index)]) {
            var reader = RowReader(row, of: "feed")
            let reference = LineageReference(try reader.raw(), try reader.integer())
            cuts[reference] = try reader.integer()
        }
        return cuts
    }

    private static let lastCuts = Statement(
        "SELECT kind, number, max(idx) FROM feed WHERE event = 'mark' AND idx < $1 GROUP BY kind, number")
    private static let insert = Statement(
        "INSERT INTO feed (idx, place, prev, event, kind, number, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    private static let after = Statement(
        "SELECT idx, prev, event, kind, number, reason, at FROM feed WHERE idx > $1 ORDER BY idx, place LIMIT $2")
}
