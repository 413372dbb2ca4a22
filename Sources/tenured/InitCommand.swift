internal import ArgumentParser
internal import TenureServer

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make an installation: keys, CA, profiles, the first administrator.",
        discussion: """
            Writes the root's key, encrypted, outside the data folder, and a secret for the first administrator that \
            works once and for an hour. Changes nothing where an installation is.

            With --root external the root is kept elsewhere: the first run writes the requests of the issuing CAs into \
            the data folder, the second one takes their certificates.
            """)

    /// Where the root is.
    enum RootPlace: String, ExpressibleByArgument, CaseIterable {
        case new, external
    }

    @OptionGroup var place: StoreOptions

    @Option(help: "Where the root is: made now, or kept elsewhere.")
    var root: RootPlace = .new

    @Option(help: ArgumentHelp("The certificate of a root elsewhere, in PEM.", valueName: "file"))
    var rootCertificate: String?

    @Option(
        name: .customLong("certificate"),
        help: ArgumentHelp("What it certified, in PEM. May be given several times.", valueName: "file"))
    var certificates: [String] = []

    @Option(help: ArgumentHelp("Its own revocation list, PEM or DER.", valueName: "file"))
    var rootList: String?

    func run() async throws {
        try await InitProgram.run(configuration: place.config, store: place.store, root: try choice())
    }

    private func choice() throws -> InitProgram.Root {
        let isAnswer = rootCertificate != nil || !certificates.isEmpty || rootList != nil
        switch (root, rootCertificate) {
        case (.new, _) where isAnswer:
            throw StartFailure.usage("--root-certificate, --certificate and --root-list belong to --root external")
        case (.new, _): return .new
        case (.external, let rootCertificate?) where !certificates.isEmpty:
            return .external(ExternalAnswer(root: rootCertificate, certificates: certificates, list: rootList))
        case (.external, _) where isAnswer:
            throw StartFailure.usage("--root-certificate and --certificate are given together")
        case (.external, _): return .external(nil)
        }
    }
}
