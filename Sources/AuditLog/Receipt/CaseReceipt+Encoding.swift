internal import TenureModel

extension CaseReceipt {
    /// The text that is signed.
    ///
    /// - Parameter origin: that of receipts, as `LogOrigin.receiptText` gives it.
    package func text(origin: String) -> String {
        var json: [UInt8] = []
        func member(_ key: String, _ text: String?) {
            CanonicalJSON.appendLiteral(",\"\(key)\":", to: &json)
            CanonicalJSON.append(text, to: &json)
        }
        func member(_ key: String, _ number: Int64) {
            CanonicalJSON.appendLiteral(",\"\(key)\":", to: &json)
            CanonicalJSON.append(number, to: &json)
        }
        CanonicalJSON.appendLiteral("{\"v\":1", to: &json)
        member("id", id.text)
        member("case", caseID.text)
        member("target", target)
        member("target_id", targetID)
        member("transfer_to", transferTo)
        member("reason", reason)
        member("at", at.description)
        member("ended", endedCount)
        member("passed", passedCount)
        member("tokens", tokenCount)
        member("certificates", certificateCount)
        member("dead_root", Base64.text(deadRoot))
        Self.appendList("examples", examples, to: &json) { CanonicalJSON.append($0, to: &$1) }
        member("marks", markCount)
        member("marks_root", Base64.text(marksRoot))
        Self.appendList("proven_marks", marks, to: &json) { Self.append($0, to: &$1) }
        Self.appendList("states", states, to: &json) { CanonicalJSON.append($0, to: &$1) }
        Self.appendList("revocation_seconds", lags, to: &json) { lag, json in
            CanonicalJSON.appendLiteral("[", to: &json)
            CanonicalJSON.append(lag.profile, to: &json)
            CanonicalJSON.appendLiteral(",", to: &json)
            CanonicalJSON.append(lag.seconds, to: &json)
            CanonicalJSON.appendLiteral("]", to: &json)
        }
        CanonicalJSON.appendLiteral(",\"key\":", to: &json)
        Self.append(key, to: &json)
        member("checkpoint", checkpoint)
        CanonicalJSON.appendLiteral("}", to: &json)
        return origin + "\n" + String(decoding: json, as: UTF8.self) + "\n"
    }

    private static func appendList<Item>(
        _ key: String, _ items: [Item], to json: inout [UInt8], _ append: (Item, inout [UInt8]) -> Void
    ) {
        CanonicalJSON.appendLiteral(",\"\(key)\":[", to: &json)
        for (place, item) in items.enumerated() {
            if place > 0 { CanonicalJSON.appendLiteral(",", to: &json) }
            append(item, &json)
        }
        CanonicalJSON.appendLiteral("]", to: &json)
    }

    private static func append(_ entry: ProvenEntry, to json: inout [UInt8]) {
        CanonicalJSON.appendLiteral("{\"i\":", to: &json)
        CanonicalJSON.append(entry.index, to: &json)
        CanonicalJSON.appendLiteral(",\"b\":", to: &json)
        CanonicalJSON.append(String(decoding: entry.body, as: UTF8.self), to: &json)
        appendList("p", entry.path, to: &json) { CanonicalJSON.append(Base64.text($0), to: &$1) }
        CanonicalJSON.appendLiteral("}", to: &json)
    }
}
