internal import ArgumentParser
internal import TenureServer

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make an installation: keys, CA, profiles, the first administrator.",
        discussion: """
            Writes the root's key, encrypted, outside the data folder, and a secret for the first administrator that \
            works once and for an hour. Changes nothing where an installation is.
            """)

    @OptionGroup var place: StoreOptions

    func run() async throws { try await InitProgram.run(configuration: place.config, store: place.store) }
}
