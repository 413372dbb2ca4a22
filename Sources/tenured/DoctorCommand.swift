internal import ArgumentParser
internal import TenureServer

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at everything that a start looks at.",
        discussion: "One line for each check; the exit code says whether all passed. The server must not run meanwhile."
    )

    @Option(help: ArgumentHelp("The server's configuration (config/README.md).", valueName: "file"))
    var config: String

    func run() async throws { try await DoctorProgram.run(configuration: config) }
}
