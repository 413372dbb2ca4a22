internal import AuditLog

/// Receipts: a right one of a log that no longer has its key, and each with one fault (T39).
struct ReceiptSamples {
    private let bench = ReceiptBench()

    func all() throws -> [(String, [Sample])] {
        let receipt = try bench.sample()
        let note = try bench.note(of: receipt)
        guard bench.believes(note) else { throw BrokenPromise("the sample is believed") }
        func changed(_ name: String, _ change: (inout CaseReceipt) -> Void) throws -> Sample {
            var other = receipt
            change(&other)
            return Sample(name, try bench.note(of: other))
        }
        let past = SignedNote.bytesMax + 8 - note.utf8.count
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 32)
        return [
            (
                "receipt",
                [
                    Sample("valid-one", note),
                    try changed("valid-without-marks") { ($0.marks, $0.markCount) = ([], 0) },
                    try changed("valid-to-an-heir") { $0.transferTo = "team/platform" },
                    try changed("valid-other-head") { $0.checkpoint = "none" },
                    try changed("valid-entry-of-nothing") { $0.marks[0].body = [] },
                    try changed("negative-count") { $0.tokenCount = -1 },
                    try changed("twenty-one-examples") { $0.examples = Array(repeating: "crd_x", count: 21) },
                    try changed("seventeen-marks") { $0.marks = Array(repeating: $0.marks[0], count: 17) },
                    try changed("sixty-five-hashes") { $0.marks[0].path = Array(repeating: long, count: 65) },
                    try changed("root-of-31-bytes") { $0.deadRoot.removeLast() },
                    try changed("over-64-kib") { $0.target += String(repeating: "x", count: past) },
                    Sample("empty", ""), Sample("no-signature", String(note.prefix { $0 != "—" })),
                    Sample("space", note.replacing("\"id\":", with: "\"id\": ")),
                    Sample("other-version", note.replacing("{\"v\":1", with: "{\"v\":2")),
                    Sample("member-twice", note.replacing("\"ended\":2", with: "\"ended\":2,\"ended\":2")),
                    Sample("escaped-otherwise", note.replacing("person/ada", with: "person\\/ada")),
                    Sample("number-past-2-to-53", note.replacing("\"ended\":2", with: "\"ended\":9007199254740993")),
                    Sample("bad-day", note.replacing("-11-", with: "-13-")),
                    Sample("id-of-a-case", note.replacing("\"rcp_", with: "\"cas_")),
                    Sample("third-line", note.replacing("}\n\n", with: "}\nmore\n\n")),
                    Sample("cut", String(note.dropLast(300))),
                ]
            )
        ]
    }
}
