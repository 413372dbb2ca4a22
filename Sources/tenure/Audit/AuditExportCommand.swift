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
            let key = try CheckpointFile.key(try await client.auditKey(), from: "the broker")
            let note = try await client.auditCheckpoint()
            let checkpoint: Checkpoint
            do {
                checkpoint = try Checkpoint(note: note, key: key)
            } catch {
                throw CommandFailure(.verificationFailed, "the broker's checkpoint is not signed by its key")
            }
            try Self.write(.head(origin: checkpoint.origin, verifierKey: key.text))
            try await LogReader(client: client).read(size: checkpoint.size) { entry in
                guard let body = entry.body else {
                    throw CommandFailure(.fault, "entry \(entry.index) has no body any more")
                }
                try Self.write(.entry(index: entry.index, body: Array(body.utf8)))
            }
            try Self.write(.checkpoint(note: note))
        }
    }

    private static func write(_ line: LogExport.Line) throws {
        do {
            Results.write(String(decoding: try LogExport.encode(line), as: UTF8.self))
        } catch {
            throw CommandFailure(.fault, "an entry is no text")
        }
    }
}
