internal import TenureModel

extension CaseReceipt {
    /// Reads what a note says, without believing it: `ReceiptVerifier` does that.
    ///
    /// - Returns: nil for anything but what `text(origin:)` writes, byte for byte.
    package init?(uncheckedNote note: String) {
        do {
            self = try Self.read(try SignedNote(note).text).receipt
        } catch {
            return nil
        }
    }

    /// - Throws: `CanonicalJSONError` for any other text than this type writes.
    static func read(_ text: String) throws -> (origin: String, receipt: CaseReceipt) {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty, let origin = String(lines[0]) else {
            throw CanonicalJSONError(place: 0)
        }
        var reader = ReceiptReader(json: CanonicalJSONReader(Array(lines[1])))
        let receipt = try reader.receipt()
        guard receipt.text(origin: origin).utf8.elementsEqual(text.utf8) else { throw CanonicalJSONError(place: 0) }
        return (origin, receipt)
    }
}

/// Reads the members in the one order in which they are written.
private struct ReceiptReader {
    var json: CanonicalJSONReader

    mutating func receipt() throws(CanonicalJSONError) -> CaseReceipt {
        try json.expect("{\"v\":1")
        let id: ReceiptID = try identifier("id")
        let caseID: CaseID = try identifier("case")
        let target = try text("target")
        let targetID = try text("target_id")
        try json.expect(",\"transfer_to\":")
        let transferTo = try json.optionalString()
        let reason = try text("reason")
        let at = try time("at")
        let counts = (
            ended: try number("ended"), passed: try number("passed"), tokens: try number("tokens"),
            certificates: try number("certificates")
        )
        let deadRoot = try hash("dead_root")
        let examples = try list("examples", max: CaseReceipt.examplesMax) { (reader) throws(CanonicalJSONError) in
            try reader.json.string()
        }
        let markCount = try number("marks")
        let marksRoot = try hash("marks_root")
        let marks = try list("proven_marks", max: CaseReceipt.provenMarksMax) {
            (reader) throws(CanonicalJSONError) in try reader.entry()
        }
        let states = try list("states", max: 16) { (reader) throws(CanonicalJSONError) in try reader.json.string() }
        let lags = try list("revocation_seconds", max: CaseReceipt.profilesMax) {
            (reader) throws(CanonicalJSONError) in try reader.lag()
        }
        try json.expect(",\"key\":")
        let key = try entry()
        let checkpoint = try text("checkpoint")
        try json.expect("}")
        try json.expectEnd()
        return CaseReceipt(
            id: id, caseID: caseID, target: target, targetID: targetID, transferTo: transferTo, reason: reason, at: at,
            endedCount: counts.ended, passedCount: counts.passed, tokenCount: counts.tokens,
            certificateCount: counts.certificates, deadRoot: deadRoot, examples: examples, markCount: markCount,
            marksRoot: marksRoot, marks: marks, states: states, lags: lags, key: key, checkpoint: checkpoint)
    }

    private mutating func text(_ key: String) throws(CanonicalJSONError) -> String {
        try json.expect(",\"\(key)\":")
        return try json.string()
    }

    private mutating func number(_ key: String) throws(CanonicalJSONError) -> Int64 {
        try json.expect(",\"\(key)\":")
        let number = try json.integer()
        guard number >= 0 else { throw json.failure }
        return number
    }

    private mutating func time(_ key: String) throws(CanonicalJSONError) -> Timestamp {
        let text = try text(key)
        do {
            return try Timestamp(rfc3339: text)
        } catch {
            throw json.failure
        }
    }

    private mutating func identifier<Kind>(_ key: String) throws(CanonicalJSONError) -> Identifier<Kind> {
        let text = try text(key)
        do {
            return try Identifier<Kind>(text)
        } catch {
            throw json.failure
        }
    }

    private mutating func hash(_ key: String) throws(CanonicalJSONError) -> [UInt8] {
        try hash(of: try text(key))
    }

    private func hash(of text: String) throws(CanonicalJSONError) -> [UInt8] {
        guard let bytes = Base64.decode(Array(text.utf8)[...]), bytes.count == 32 else { throw json.failure }
        return bytes
    }

    private mutating func list<Item>(
        _ key: String, max: Int, _ read: (inout ReceiptReader) throws(CanonicalJSONError) -> Item
    ) throws(CanonicalJSONError) -> [Item] {
        try json.expect(",\"\(key)\":[")
        var items: [Item] = []
        guard !json.take("]") else { return items }
        repeat {
            guard items.count < max else { throw json.failure }
            items.append(try read(&self))
        } while json.take(",")
        try json.expect("]")
        return items
    }

    private mutating func lag() throws(CanonicalJSONError) -> CaseReceipt.Lag {
        try json.expect("[")
        let profile = try json.string()
        try json.expect(",")
        let seconds = try json.integer()
        try json.expect("]")
        return CaseReceipt.Lag(profile: profile, seconds: seconds)
    }

    private mutating func entry() throws(CanonicalJSONError) -> CaseReceipt.ProvenEntry {
        try json.expect("{\"i\":")
        let index = try json.integer()
        try json.expect(",\"b\":")
        let body = Array(try json.string().utf8)
        let path = try list("p", max: 64) { (reader) throws(CanonicalJSONError) in
            try reader.hash(of: try reader.json.string())
        }
        try json.expect("}")
        return CaseReceipt.ProvenEntry(index: index, body: body, path: path)
    }
}
