internal import ArgumentParser
internal import AuditLog
internal import TenureAPI
internal import TenureClient

struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the whole log as JSON lines, ready to be verified elsewhere.",
        discussion: """
            tenure audit export > log.jsonl
            tenure audit verify --export log.jsonl         needs no broker
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let key = try await client.auditKey()
            let note = try await client.auditCheckpoint()
            guard let size = AuditExportLines.size(of: note) else {
                throw CommandFailure(.fault, "the broker's checkpoint is none")
            }
            Results.write(AuditExportLines.head(key: key))
            var next: Int64 = 0
            while next < size {
                let page = try await client.auditEntries(since: next, limit: min(500, size - next))
                guard !page.items.isEmpty else { throw CommandFailure(.fault, "the log ends before its checkpoint") }
                var text = ""
                for item in page.items where next < size {
                    guard item.index == next else { throw CommandFailure(.fault, "entry \(next) is missing") }
                    text += AuditExportLines.entry(item)
                    next += 1
                }
                Results.write(text)
            }
            Results.write(AuditExportLines.checkpoint(note))
        }
    }
}

/// The lines of an export (FORMATS, section 2).
enum AuditExportLines {
    static func head(key: String) -> String {
        let origin = key.split(separator: "+", maxSplits: 1).first.map(String.init) ?? ""
        return "{\"format\":\"tenure-audit/1\",\"origin\":\(json(origin)),\"vkey\":\(json(key))}\n"
    }

    /// An entry whose body was dropped has its leaf hash instead.
    static func entry(_ entry: AuditEntryAnswer) -> String {
        guard let body = entry.body else { return "{\"i\":\(entry.index),\"h\":\(json(entry.leafHash))}\n" }
        return "{\"i\":\(entry.index),\"b\":\(json(body))}\n"
    }

    static func checkpoint(_ note: String) -> String { "{\"checkpoint\":\(json(note))}\n" }

    static func size(of note: String) -> Int64? {
        let lines = note.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4, let size = Int64(lines[1]), size >= 0 else { return nil }
        return size
    }

    private static func json(_ text: String) -> String {
        var bytes: [UInt8] = []
        CanonicalJSON.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
