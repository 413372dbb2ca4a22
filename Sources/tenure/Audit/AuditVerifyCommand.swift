internal import ArgumentParser
internal import AuditInspection
internal import AuditLog
internal import Foundation
internal import TenureAPI
internal import TenureClient

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that nothing in the log was changed, dropped, reordered or inserted.",
        discussion: """
            tenure audit verify                                  the running broker's log, entry by entry
            tenure audit verify --export log.jsonl               an export; needs no broker
            tenure audit verify --data /var/lib/tenure --state   a data folder, and its tables against its log
            tenure audit verify --checkpoint yesterday.note      and that the log extends what was seen then

            The key comes from --vkey, else from the broker, the folder or the export itself, which then shows that \
            the log is whole but not whose it is.

            Ends with 8 and names the entry, or the range, where something is wrong.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("What `tenure audit export` wrote.", valueName: "file"))
    var export: String?
    @Option(help: ArgumentHelp("The data folder of a broker, running or not.", valueName: "folder"))
    var data: String?
    @Flag(help: "With --data: also fold the log and compare it with the tables.")
    var state = false
    @Option(help: ArgumentHelp("A signed note that was kept; may be repeated.", valueName: "file"))
    var checkpoint: [String] = []
    @Option(help: ArgumentHelp("The log's verification key, as audit.vkey.", valueName: "file"))
    var vkey: String?

    func validate() throws {
        guard export == nil || data == nil else { throw ValidationError("give one of --export and --data") }
        guard !state || data != nil else {
            throw ValidationError("--state compares tables, which only --data FOLDER reaches")
        }
    }

    func run() async throws {
        let checkpoints = try checkpoint.map { try CheckpointFile.note(in: $0) }
        var stateReport: StateReport?
        let (report, keyFrom): (LogReport, String)
        if let export {
            (report, keyFrom) = try ExportVerification(file: export).run(vkey: try key(), checkpoints: checkpoints)
        } else if let data {
            (report, stateReport, keyFrom) = try await FolderVerification(folder: data)
                .run(vkey: try key(), checkpoints: checkpoints, withState: state)
        } else {
            (report, keyFrom) = try await online(checkpoints)
        }
        let result = LogReportResult(report, state: stateReport.map(StateReportResult.init), keyFrom: keyFrom)
        try output.show(result) { result.show(on: &$0) }
        guard report.isWhole else {
            throw CommandFailure(.verificationFailed, "the log does not verify: \(report.findingCount) findings")
        }
        guard stateReport?.isEqual != false else {
            throw CommandFailure(.verificationFailed, "the tables are not what the log says")
        }
    }

    private func key() throws -> VerifierKey? {
        guard let vkey else { return nil }
        return try CheckpointFile.key(try FileContent.text(vkey, bytesMax: 4096), from: vkey)
    }

    /// Reads every entry of the running broker and hashes it here.
    private func online(_ checkpoints: [String]) async throws -> (LogReport, String) {
        try await connection.withClient { client in
            let given = try key()
            let published = given == nil ? try CheckpointFile.key(try await client.auditKey(), from: "the broker") : nil
            guard let key = given ?? published else { throw CommandFailure(.fault, "there is no key") }
            let newest = try await client.auditCheckpoint()
            let size: Int64
            do {
                size = try Checkpoint(note: newest, key: key).size
            } catch {
                throw CommandFailure(.verificationFailed, "the broker's checkpoint is not signed by the key")
            }
            var verifier = LogVerifier(key: key)
            for note in checkpoints + [newest] { verifier.add(checkpoint: note) }
            try await LogReader(client: client).read(size: size) { entry in
                guard let body = entry.body else {
                    throw CommandFailure(.verificationFailed, "entry \(entry.index) has no body any more")
                }
                verifier.feed(
                    index: entry.index, body: Array(body.utf8),
                    leafHash: Base64.decode(Array(entry.leafHash.utf8)[...]) ?? [])
            }
            return (verifier.finish(), vkey ?? "the broker")
        }
    }
}

/// Files about checkpoints that people keep.
enum CheckpointFile {
    /// A signed note, or the JSON in which `audit checkpoint --output json` shows it.
    static func note(in file: String) throws -> String {
        let text = try FileContent.text(file, bytesMax: 65_536)
        guard text.hasPrefix("{") else { return text }
        do {
            return try JSONDecoder().decode(CheckpointAnswer.self, from: Data(text.utf8)).note
        } catch {
            throw CommandFailure.usage("\(file) holds no checkpoint")
        }
    }

    static func key(_ text: String, from place: String) throws -> VerifierKey {
        do {
            return try VerifierKey(text.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            throw CommandFailure.usage("the key of \(place) is none")
        }
    }
}
