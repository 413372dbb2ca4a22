internal import OpenSSLCrypto
internal import TenureModel

/// The bytes of an entry: written once, stored and served as they are, and the leaf of the tree that they make
/// (FORMATS, section 2).
package enum EntryEncoding {
    /// The longest body.
    package static let bodyBytesMax = 8192
    /// How deep details may nest, the `x` object itself counted.
    package static let depthMax = 8

    /// Returns the body of `entry`: keys in their fixed order, no spaces, absent values as `null`.
    ///
    /// - Throws: `tooLarge` over 8 KiB, so that the caller can cut its details and try again; the others are bugs of
    ///   the caller that must not reach the log.
    package static func encode(_ entry: AuditEntry) throws(EntryEncodingError) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(640)
        appendHead(entry, to: &body)
        try appendRows(entry.rows, to: &body)
        CanonicalJSON.appendLiteral(",\"x\":", to: &body)
        try append(.object(entry.details), depth: 1, to: &body)
        body.append(UInt8(ascii: "}"))
        guard body.count <= bodyBytesMax else { throw .tooLarge(byteCount: body.count) }
        return body
    }

    /// Returns SHA-256(0x00 ‖ body), the leaf (RFC 6962, section 2.1).
    package static func leafHash(of body: [UInt8]) -> [UInt8] { SHA256.leafHash(body).bytes }

    private static func appendHead(_ entry: AuditEntry, to body: inout [UInt8]) {
        CanonicalJSON.appendLiteral("{\"v\":1,\"at\":", to: &body)
        CanonicalJSON.append(entry.at.description, to: &body)
        CanonicalJSON.appendLiteral(",\"act\":", to: &body)
        CanonicalJSON.append(entry.act.rawValue, to: &body)
        CanonicalJSON.appendLiteral(",\"by\":{\"id\":", to: &body)
        CanonicalJSON.append(entry.actor.id, to: &body)
        CanonicalJSON.appendLiteral(",\"how\":", to: &body)
        CanonicalJSON.append(entry.actor.how.rawValue, to: &body)
        CanonicalJSON.appendLiteral(",\"session\":", to: &body)
        CanonicalJSON.append(entry.actor.session?.text, to: &body)
        CanonicalJSON.appendLiteral("},\"for\":", to: &body)
        CanonicalJSON.append(entry.object, to: &body)
        CanonicalJSON.appendLiteral(",\"ent\":", to: &body)
        CanonicalJSON.append(entry.entitlement, to: &body)
        CanonicalJSON.appendLiteral(",\"out\":", to: &body)
        CanonicalJSON.append(entry.outcome.rawValue, to: &body)
        CanonicalJSON.appendLiteral(",\"why\":", to: &body)
        CanonicalJSON.append(entry.why, to: &body)
        CanonicalJSON.appendLiteral(",\"src\":", to: &body)
        CanonicalJSON.append(entry.source, to: &body)
    }

    private static func appendRows(_ rows: [AuditedRowHash], to body: inout [UInt8]) throws(EntryEncodingError) {
        CanonicalJSON.appendLiteral(",\"rows\":[", to: &body)
        for (place, row) in rows.enumerated() {
            guard row.hash.count == 32 else { throw .malformedRowHash(table: row.table, key: row.key) }
            if place > 0 { body.append(UInt8(ascii: ",")) }
            body.append(UInt8(ascii: "["))
            CanonicalJSON.append(row.table, to: &body)
            body.append(UInt8(ascii: ","))
            CanonicalJSON.append(row.key, to: &body)
            CanonicalJSON.appendLiteral(",\"", to: &body)
            Hex.append(row.hash, to: &body)
            CanonicalJSON.appendLiteral("\"]", to: &body)
        }
        body.append(UInt8(ascii: "]"))
    }

    private static func append(
        _ detail: AuditDetail, depth: Int, to body: inout [UInt8]
    ) throws(EntryEncodingError) {
        guard depth <= depthMax else { throw .tooDeep }
        switch detail {
        case .text(let text): CanonicalJSON.append(text, to: &body)
        case .flag(let flag): CanonicalJSON.appendLiteral(flag ? "true" : "false", to: &body)
        case .number(let number):
            guard (-CanonicalJSON.integerMax...CanonicalJSON.integerMax).contains(number) else {
                throw .numberOutOfRange(number)
            }
            CanonicalJSON.append(number, to: &body)
        case .list(let items):
            body.append(UInt8(ascii: "["))
            for (place, item) in items.enumerated() {
                if place > 0 { body.append(UInt8(ascii: ",")) }
                try append(item, depth: depth + 1, to: &body)
            }
            body.append(UInt8(ascii: "]"))
        case .object(let members):
            body.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                // Keys are words of ours, and no two of them are one string to Swift.
                guard !members[..<place].contains(where: { $0.key == member.key }) else {
                    throw .repeatedKey(member.key)
                }
                if place > 0 { body.append(UInt8(ascii: ",")) }
                CanonicalJSON.append(member.key, to: &body)
                body.append(UInt8(ascii: ":"))
                try append(member.value, depth: depth + 1, to: &body)
            }
            body.append(UInt8(ascii: "}"))
        }
    }
}

/// Why an entry has no body.
package enum EntryEncodingError: Error, Hashable, Sendable {
    /// Over `EntryEncoding.bodyBytesMax`: cut the details.
    case tooLarge(byteCount: Int)
    case tooDeep
    /// Beyond ±(2^53 − 1): hashed references go in as hex text.
    case numberOutOfRange(Int64)
    case repeatedKey(String)
    /// Not 32 bytes.
    case malformedRowHash(table: String, key: String)
}

extension AuditDetail {
    /// A text cut to at most `bytesMax` bytes of UTF-8 at the border of a character; a cut one ends with `…`.
    ///
    /// For values that strangers choose: an entry must never fail for their length (T41).
    package static func text(_ text: String, cutTo bytesMax: Int) -> AuditDetail {
        // defence: T41 becomes: return .text(text)
        guard text.utf8.count > bytesMax else { return .text(text) }
        var kept = String.UnicodeScalarView()
        var room = bytesMax - "…".utf8.count
        for scalar in text.unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            kept.append(scalar)
        }
        return .text(String(kept) + "…")
    }
}
