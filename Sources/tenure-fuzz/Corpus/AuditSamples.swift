internal import AuditLog
internal import Foundation
internal import OpenSSLCrypto
internal import TenureAPI
internal import TenureModel

/// Entries, notes, exports and proofs: right ones, and each with one fault (T39).
struct AuditSamples {
    private let bench = Workbench()
    private let leaves = (0..<7).map { MerkleTree.leafHash([UInt8($0)]) }

    func all() throws -> [(String, [Sample])] {
        let entry = String(decoding: try body(), as: UTF8.self)
        var frontier = Frontier()
        for leaf in leaves { frontier.append(leafHash: leaf) }
        let root = frontier.root
        let checkpoint = Checkpoint.text(origin: Workbench.origin, size: 7, root: root)
        let note = try bench.signer.sign(checkpoint)
        let key = bench.signer.verifierKey.text
        let material = Base64.text([1] + bench.signer.verifierKey.publicKey)
        let otherAlgorithm = key.replacing(material, with: Base64.text([2] + bench.signer.verifierKey.publicKey))
        return [
            ("entry-body", entries(entry)), ("signed-note", notes(note)), ("checkpoint-text", checkpoints(checkpoint)),
            (
                "verifier-key",
                [
                    Sample("valid-one", key), Sample("empty", ""), Sample("newline-after", key + "\n"),
                    Sample("other-name", "x" + key),
                    Sample("two-plus", "a+b"), Sample("other-algorithm", otherAlgorithm),
                    Sample("cut", String(key.dropLast(4))),
                ]
            ),
            ("export-line", try exportLines(entry, note)), ("export", try exports(entry, note)),
            (
                "frontier",
                [
                    Sample("valid-seven", frontier.encoded), Sample("valid-none", [UInt8](repeating: 0, count: 8)),
                    Sample("empty", ""),
                    Sample("cut", Array(frontier.encoded.dropLast())),
                    Sample("size-of-all-bits", [UInt8](repeating: 0xFF, count: 8 + 64 * 32)),
                    Sample("trailing-byte", frontier.encoded + [0]),
                ]
            ),
            ("proof", try proofs(root)), ("tile-path", tilePaths),
        ]
    }

    private func body() throws -> [UInt8] {
        try EntryEncoding.encode(
            AuditEntry(
                at: Workbench.now, act: .tokenIssue,
                actor: AuditActor(id: "wkl_0000000000000000000000000a", how: .oidc),
                object: "crd_00000000000000000000000001",
                entitlement: "ent_00000000000000000000000001@3", source: "203.0.113.7",
                rows: [
                    AuditedRowHash(
                        table: "credential", key: "crd_00000000000000000000000001",
                        hash: [UInt8](repeating: 7, count: 32))
                ],
                details: [
                    .init("audience", .text("registry")), .init("n", .number(5)),
                    .init("more", .list([.flag(true)])),
                ]))
    }

    private func entries(_ entry: String) -> [Sample] {
        [
            Sample("valid-one", entry), Sample("empty", ""), Sample("newline-after", entry + "\n"),
            Sample("space", entry.replacing(",\"act\"", with: ", \"act\"")),
            Sample("other-version", entry.replacing("{\"v\":1", with: "{\"v\":2")),
            Sample("unknown-act", entry.replacing("token.issue", with: "token.forge")),
            Sample("bad-day", entry.replacing("-11-", with: "-13-")),
            Sample("escaped-otherwise", entry.replacing("registry", with: "\\u0072egistry")),
            Sample("fraction", entry.replacing("\"n\":5", with: "\"n\":5.0")),
            Sample("number-past-2-to-53", entry.replacing("\"n\":5", with: "\"n\":9007199254740993")),
            Sample("hash-in-upper-case", entry.replacing("0707", with: "0A07")),
            Sample("hash-short", entry.replacing("0707\"", with: "07\"")),
            Sample("cut", String(entry.dropLast(5))),
            Sample(
                "deep",
                entry.replacing(
                    "[true]", with: String(repeating: "[", count: 9) + String(repeating: "]", count: 9))),
            Sample(
                "over-8-kib",
                entry.replacing("registry", with: String(repeating: "r", count: 8209 - entry.utf8.count))),
        ]
    }

    private func notes(_ note: String) -> [Sample] {
        [
            Sample("valid-one", note), Sample("empty", ""),
            Sample("no-signature", note.split(separator: "\n").prefix(3).joined(separator: "\n") + "\n\n"),
            Sample("hyphen-for-dash", note.replacing("— ", with: "- ")),
            Sample("no-newline-after", String(note.dropLast())),
            Sample("carriage-returns", note.replacing("\n", with: "\r\n")),
            Sample("signature-padded", note.dropLast() + "=\n"),
            Sample("name-with-plus", note.replacing("— example", with: "— exa+mple")),
            Sample("nul", note.replacing("tenure", with: "ten\0re")),
            Sample(
                "seventeen-signatures",
                note
                    + String(
                        repeating: String(note.split(separator: "\n", omittingEmptySubsequences: false)[4]) + "\n",
                        count: 16)),
        ]
    }

    private func checkpoints(_ text: String) -> [Sample] {
        [
            Sample("valid-one", text),
            Sample("valid-none", Checkpoint.text(origin: Workbench.origin, size: 0, root: Frontier().root)),
            Sample("empty", ""),
            Sample("size-with-zero", text.replacing("\n7\n", with: "\n07\n")),
            Sample("size-with-plus", text.replacing("\n7\n", with: "\n+7\n")),
            Sample("size-negative", text.replacing("\n7\n", with: "\n-7\n")),
            Sample("size-past-int64", text.replacing("\n7\n", with: "\n9223372036854775808\n")),
            Sample("size-past-2-to-53", text.replacing("\n7\n", with: "\n9007199254740993\n")),
            Sample("other-origin", "x" + text),
            Sample("line-more", text + "more\n"), Sample("root-short", text.dropLast(5) + "\n"),
            Sample("root-padded", text.dropLast() + "=\n"),
        ]
    }

    private func exportLines(_ entry: String, _ note: String) throws -> [Sample] {
        func line(_ line: LogExport.Line) throws -> String {
            String(decoding: try LogExport.encode(line).dropLast(), as: UTF8.self)
        }
        let head = try line(.head(origin: Workbench.origin, verifierKey: bench.signer.verifierKey.text))
        let second = try line(.entry(index: 5, body: Array(entry.utf8)))
        return [
            Sample("valid-head", head), Sample("valid-entry", second),
            Sample("valid-checkpoint", try line(.checkpoint(note: note))), Sample("empty", ""),
            Sample("space", second.replacing("\"i\":5", with: "\"i\": 5")),
            Sample("valid-index-negative", second.replacing("\"i\":5", with: "\"i\":-5")),
            Sample("index-with-zero", second.replacing("\"i\":5", with: "\"i\":05")),
            Sample("other-format", head.replacing("audit/1", with: "audit/2")),
            Sample("newline-after", second + "\n"),
            Sample("escaped-otherwise", second.replacing("{\\\"v\\\"", with: "\\u007b\\\"v\\\"")),
            Sample("cut", String(second.dropLast(3))),
        ]
    }

    /// No export is whole under a key that never signed it.
    private func exports(_ entry: String, _ note: String) throws -> [Sample] {
        let head = try LogExport.encode(.head(origin: Workbench.origin, verifierKey: bench.signer.verifierKey.text))
        let lines = try (0..<3).map { try LogExport.encode(.entry(index: $0, body: Array(entry.utf8))) }
        let end = try LogExport.encode(.checkpoint(note: note))
        return [
            Sample("foreign", head + lines.joined() + end), Sample("no-head", lines.joined() + end),
            Sample("no-end", head + lines.joined()),
            Sample("entry-missing", head + lines[0] + lines[2] + end), Sample("entry-after-end", head + end + lines[0]),
            Sample("empty", ""),
            Sample("two-heads", head + head + end),
        ]
    }

    private func proofs(_ root: [UInt8]) throws -> [Sample] {
        let tile = leaves.reduce([], +)
        let proof = try InclusionProof.make(index: 5, size: 7) { (_) throws(BrokenPromise) in tile }
        let growth = try ConsistencyProof.make(from: 4, to: 7) { (_) throws(BrokenPromise) in tile }
        var old = Frontier()
        for leaf in leaves.prefix(4) { old.append(leafHash: leaf) }
        let oldRoot = old.root
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        func json(_ answer: some Encodable) throws -> String {
            String(decoding: try encoder.encode(answer), as: UTF8.self)
        }
        func inclusion(index: Int64 = 5, size: Int64 = 7, path: [[UInt8]]? = nil) throws -> String {
            try json(
                InclusionProofAnswer(
                    index: index, size: size, leafHash: Base64.text(leaves[5]), root: Base64.text(root),
                    hashes: (path ?? proof.path).map(Base64.text)))
        }
        func consistency(from: Int64 = 4, to: Int64 = 7) throws -> String {
            try json(
                ConsistencyProofAnswer(
                    from: from, to: to, fromRoot: Base64.text(oldRoot),
                    toRoot: Base64.text(root),
                    hashes: growth.path.map(Base64.text)))
        }
        return [
            Sample("valid-inclusion", try inclusion()), Sample("valid-consistency", try consistency()),
            Sample("empty", ""),
            Sample("index-of-another", try inclusion(index: 4)), Sample("index-negative", try inclusion(index: -1)),
            Sample("index-int64-max", try inclusion(index: .max, size: .max)),
            Sample("size-zero", try inclusion(size: 0)),
            Sample("path-short", try inclusion(path: Array(proof.path.dropLast()))),
            Sample("path-of-short-hashes", try inclusion(path: [[1], [2], [3]])),
            Sample("path-long", try inclusion(path: Array(repeating: leaves[0], count: 20))),
            Sample("from-past-to", try consistency(from: 8)),
            Sample("from-negative", try consistency(from: -1)), Sample("to-int64-max", try consistency(to: .max)),
        ]
    }

    private var tilePaths: [Sample] {
        [
            Sample("valid-first", "tile/0/000"), Sample("valid-partial", "tile/1/x001/x234/067.p/112"),
            Sample("valid-highest", "tile/6/000.p/1"), Sample("empty", ""),
            Sample("level-seven", "tile/7/000"), Sample("level-with-zero", "tile/00/000"),
            Sample("group-short", "tile/0/00"), Sample("x-missing", "tile/0/001/234"),
            Sample("leading-group", "tile/0/x000/001"), Sample("width-zero", "tile/0/000.p/0"),
            Sample("width-256", "tile/0/000.p/256"),
            Sample("index-too-large", "tile/0/x999/x999/x999/x999/x999/999"),
            Sample("past-the-largest-log", "tile/1/x035/x184/x372/x088/832"),
            Sample("children-past-the-largest-log", "tile/6/000"),
            Sample("dots", "tile/0/../../000"),
            Sample("slash-after", "tile/0/000/"),
            Sample("percent", "tile/0/%30%30%30"), Sample("entries", "tile/entries/000"),
        ]
    }
}
