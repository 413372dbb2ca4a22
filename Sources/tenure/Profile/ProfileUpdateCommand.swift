internal import ArgumentParser
internal import StrictYAML
internal import TenureAPI
internal import TenureClient

struct ProfileUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Make a new version of a profile from a file, or end it.",
        discussion: """
            tenure profile update ci-token -f ca/profiles/ci-token.yaml --dry-run
            tenure profile update ci-token --end

            Whatever is narrower than before is not applied to what was issued; `tenure revoke profile/NAME` ends that.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var version: VersionOptions

    @Argument(help: ArgumentHelp("The name or the id.", valueName: "profile"))
    var name: String
    @Option(name: [.customShort("f"), .long], help: ArgumentHelp("The profile, YAML.", valueName: "file"))
    var file: String?
    @Flag(help: "End it, with all that was issued under it.")
    var end = false
    @Option(help: ArgumentHelp("Why.", valueName: "reason"))
    var reason: String?

    func validate() throws {
        guard (file != nil) != end else { throw ValidationError("give one of -f FILE and --end") }
    }

    func run() async throws {
        let name = try ObjectName(name, kind: "profile")
        let body = try body()
        let answer = try await connection.withClient { client in
            let seen: Int64
            if let given = version.ifVersion {
                seen = given
            } else {
                seen = try await client.profile(name.text).version
            }
            return try await client.updateProfile(name.text, body, ifMatch: seen)
        }
        try output.show(answer) { $0.profile(answer) }
    }

    private func body() throws -> UpdateProfileBody {
        guard let file else { return UpdateProfileBody(state: "ended", reason: reason, dryRun: version.body) }
        let document = try ProfileFile.read(file: file, text: try FileContent.text(file, bytesMax: 1 << 20))
        return UpdateProfileBody(
            approval: document.approval, lifetimeSeconds: document.lifetimeSeconds,
            maxLifetimeSeconds: document.maxLifetimeSeconds, audiences: document.audiences, scopes: document.scopes,
            bare: document.bare, keys: document.keys, names: document.names, usages: document.usages,
            revocationSeconds: document.revocationSeconds, spiffe: document.spiffe,
            foreignConsumers: document.foreignConsumers, acts: document.acts, scope: document.scope, reason: reason,
            dryRun: version.body)
    }
}
