internal import ArgumentParser
internal import TenureServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve an installation until SIGTERM.",
        discussion: "Requests under way are answered before it ends; it says in one line why it does not start.")

    @OptionGroup var place: StoreOptions

    @Option(help: ArgumentHelp("Written, as JSON and in one piece, once requests are served.", valueName: "file"))
    var readyFile: String?

    func run() async throws {
        try await ServeProgram.run(configuration: place.config, store: place.store, readyFile: readyFile)
    }
}
