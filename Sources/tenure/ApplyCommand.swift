internal import ArgumentParser
internal import Foundation
internal import StrictYAML
internal import TenureAPI
internal import TenureClient

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Make the record as an estate file says, wholly or not at all.",
        discussion: """
            tenure apply -f estate.yaml --dry-run     shows the plan: every change, and what dies of it
            tenure apply -f estate.yaml               makes the same plan and applies it

            Applying adds and changes; it ends nothing that the file no longer names. Where something changed between \
            plan and application, nothing is done and the exit code is 6.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var change: ChangeOptions

    @Option(name: [.customShort("f"), .long], help: ArgumentHelp("The estate, YAML.", valueName: "file"))
    var file: String
    @Flag(help: "Also end what this estate made and no longer names: not in this release, refused.")
    var prune = false

    func run() async throws {
        let estate = try Self.read(file)
        try await connection.withClient { client in
            let plan = try await client.plan(
                PlanBody(estate: estate, prune: prune ? true : nil, dryRun: change.body))
            guard !change.dryRun, let id = plan.id, !plan.changes.isEmpty else {
                return try output.show(plan) { $0.plan(plan) }
            }
            // A script that runs this has decided; on a terminal somebody may want to look first.
            if ProcessGuard.isInteractive {
                try Confirmation.require(change, question: "Apply this?") { $0.plan(plan) }
            }
            let answer = try await client.apply(plan: id)
            try output.show(answer) { report in
                report.line("Applied: \(answer.changes.count) changes.")
                report.changes(answer.changes)
                report.dies(answer.dies)
                report.row("Audit index", answer.auditIndex)
            }
        }
    }

    /// Files that the estate names are read beside it.
    static func read(_ file: String) throws -> EstateDocument {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        let reader = EstateFile { (path) throws(EstateFile.ContentError) in
            do throws(ClientError) {
                return try FileContent.text(URL(fileURLWithPath: path, relativeTo: folder).path, bytesMax: 1 << 20)
            } catch {
                throw .init(error.description)
            }
        }
        return try reader.read(file: file, text: try FileContent.text(file))
    }
}
