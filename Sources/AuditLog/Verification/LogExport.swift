/// The lines of an exported log (FORMATS, section 2): a head, the entries, and the signed checkpoint that ends it,
/// whose size is the number of entries.
package enum LogExport {
    /// The longest line: an entry of which every byte is escaped.
    package static let lineBytesMax = 65_536

    /// One line of an export.
    package enum Line: Hashable, Sendable {
        /// `{"format":"tenure-audit/1","origin":…,"vkey":…}`
        case head(origin: String, verifierKey: String)
        /// `{"i":N,"b":"the body"}`
        case entry(index: Int64, body: [UInt8])
        /// `{"checkpoint":"the signed note"}`
        case checkpoint(note: String)
    }

    /// Returns the bytes of a line with its newline.
    ///
    /// - Throws: `notText` where a body is no UTF-8: such an entry cannot be exported.
    package static func encode(_ line: Line) throws(LogExportError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        switch line {
        case .head(let origin, let verifierKey):
            CanonicalJSON.appendLiteral("{\"format\":\"tenure-audit/1\",\"origin\":", to: &bytes)
            CanonicalJSON.append(origin, to: &bytes)
            CanonicalJSON.appendLiteral(",\"vkey\":", to: &bytes)
            CanonicalJSON.append(verifierKey, to: &bytes)
        case .entry(let index, let body):
            guard let text = String(validating: body, as: UTF8.self) else { throw .notText }
            CanonicalJSON.appendLiteral("{\"i\":", to: &bytes)
            CanonicalJSON.append(index, to: &bytes)
            CanonicalJSON.appendLiteral(",\"b\":", to: &bytes)
            CanonicalJSON.append(text, to: &bytes)
        case .checkpoint(let note):
            CanonicalJSON.appendLiteral("{\"checkpoint\":", to: &bytes)
            CanonicalJSON.append(note, to: &bytes)
        }
        CanonicalJSON.appendLiteral("}\n", to: &bytes)
        return bytes
    }

    /// Reads a line without its newline, and accepts only bytes that `encode` would write: it is encoded again and
    /// compared.
    ///
    /// - Throws: `malformed`, or `tooLong` over 64 KiB.
    package static func decode(_ bytes: [UInt8]) throws(LogExportError) -> Line {
        guard bytes.count <= lineBytesMax else { throw .tooLong }
        let line: Line
        do throws(CanonicalJSONError) {
            line = try read(bytes)
        } catch {
            throw .malformed
        }
        guard try encode(line) == bytes + [0x0A] else { throw .malformed }
        return line
    }

    private static func read(_ bytes: [UInt8]) throws(CanonicalJSONError) -> Line {
        var json = CanonicalJSONReader(bytes)
        let line: Line
        if json.take("{\"i\":") {
            let index = try json.integer()
            try json.expect(",\"b\":")
            line = .entry(index: index, body: Array(try json.string().utf8))
        } else if json.take("{\"checkpoint\":") {
            line = .checkpoint(note: try json.string())
        } else {
            try json.expect("{\"format\":\"tenure-audit/1\",\"origin\":")
            let origin = try json.string()
            try json.expect(",\"vkey\":")
            line = .head(origin: origin, verifierKey: try json.string())
        }
        try json.expect("}")
        try json.expectEnd()
        return line
    }
}

/// Why bytes are no line of an export, or an entry cannot become one.
package enum LogExportError: Error, Hashable, Sendable {
    case malformed
    case tooLong
    case notText
}

/// Verifies an export line by line, with the public key alone.
package struct LogExportVerifier: Sendable {
    private let key: VerifierKey
    private var verifier: LogVerifier
    private var lineCount = 0
    private var hasEnded = false

    /// - Parameters:
    ///   - key: that of the log, from elsewhere than the export. Who takes the export's own (`LogExport.Line.head`)
    ///     learns that the log is whole, and not whose it is.
    ///   - checkpoints: signed notes that somebody held, and, if it is at hand, the one at the export's end: then a
    ///     line inserted before it is found in its range.
    package init(key: VerifierKey, checkpoints: [String] = []) {
        self.key = key
        verifier = LogVerifier(key: key)
        for note in checkpoints { verifier.add(checkpoint: note) }
    }

    /// Feeds the next line without its newline.
    package mutating func feed(line bytes: [UInt8]) {
        lineCount += 1
        let line: LogExport.Line
        do throws(LogExportError) {
            line = try LogExport.decode(bytes)
        } catch {
            verifier.report(.unreadableLine(line: lineCount, index: verifier.size))
            return
        }
        switch line {
        case .head(let origin, let verifierKey):
            let isOurs = lineCount == 1 && origin.utf8.elementsEqual(key.name.utf8)
            if !isOurs || !verifierKey.utf8.elementsEqual(key.text.utf8) { verifier.report(.otherLog) }
        case .entry(let index, let body):
            if lineCount == 1 { verifier.report(.otherLog) }
            if hasEnded {
                verifier.report(.unreadableLine(line: lineCount, index: verifier.size))
            } else {
                verifier.feed(index: index, body: body)
            }
        case .checkpoint(let note):
            if hasEnded { verifier.report(.unreadableLine(line: lineCount, index: verifier.size)) }
            verifier.end(checkpoint: note)
            hasEnded = true
        }
    }

    /// Ends the export.
    package mutating func finish() -> LogReport {
        if !hasEnded { verifier.report(.unfinished) }
        return verifier.finish()
    }
}
