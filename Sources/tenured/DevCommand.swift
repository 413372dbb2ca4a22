internal import ArgumentParser
internal import TenureServer

struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Serve a development installation on loopback, made of nothing.",
        discussion: """
            Makes a CA, keys, an administrator and the example estate in a folder, with an OIDC issuer that signs for \
            everybody on this machine. A second start on the same folder finds everything again.
            """)

    @Option(
        help: ArgumentHelp("The folder that holds everything; by default a new temporary one.", valueName: "folder"))
    var data: String?

    @Option(help: ArgumentHelp("Where the API listens; loopback alone. Port 0 picks a free one.", valueName: "address"))
    var listen = "127.0.0.1:8443"

    @Option(help: ArgumentHelp("Where lists and CA certificates are served in the clear.", valueName: "address"))
    var httpListen = "127.0.0.1:8080"

    @Option(help: ArgumentHelp("Written, as JSON and in one piece, once requests are served.", valueName: "file"))
    var readyFile: String?

    @Option(
        help: ArgumentHelp("sqlite, or the postgresql:// URL of a database, without a password.", valueName: "store"))
    var store = "sqlite"

    @Option(
        help: ArgumentHelp(
            "The profiles; by default ca/profiles beside the program or above it.", valueName: "folder"))
    var profiles: String?

    func run() async throws {
        try await DevelopmentProgram.run(
            DevelopmentOptions(
                data: data, listen: listen, plain: httpListen, readyFile: readyFile, store: store, profiles: profiles))
    }
}
