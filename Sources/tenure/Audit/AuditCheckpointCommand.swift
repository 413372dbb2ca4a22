internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct AuditCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Show the newest signed checkpoint.",
        discussion: """
            tenure audit checkpoint > checkpoint.note
            tenure audit verify --checkpoint checkpoint.note      later: is what was then still there?

            The output is the signed note; --output json has size and root beside it.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let note = try await connection.withClient(proof: .none) { try await $0.auditCheckpoint() }
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 3, let size = Int64(lines[1]) else {
            throw CommandFailure(.fault, "the broker's checkpoint is none")
        }
        try output.showDocument(
            CheckpointAnswer(size: size, root: String(lines[2]), note: note), document: note)
    }
}
