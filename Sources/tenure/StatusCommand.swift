internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how the broker is, part by part.",
        discussion: "Ends with 7 where a part has failed or the broker cannot be reached.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let status = try await connection.withClient { try await $0.status() }
        try output.show(status) { report in
            report.row("State", status.state)
            report.row("Version", status.version + (status.development ? " (development)" : ""))
            report.row("Time", status.at)
            report.row("Issuing", status.issuing.map { $0 ? "yes" : "no" })
            report.row("Log", status.checkpoint.map { "\($0.size) entries" })
            report.row("Next rotation", status.nextRotation)
            report.table(
                ["part", "state", "since", "detail"], status.parts.map { [$0.name, $0.state, $0.since, $0.detail] })
        }
        guard status.state != "failed" else { throw CommandFailure(.unavailable, "a part of the broker has failed") }
    }
}
