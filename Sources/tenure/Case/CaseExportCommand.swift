internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct CaseExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the id of every credential that died with a case, one a line.",
        discussion: """
            tenure case export cas_01jd… > dead.txt
            tenure case verify case.json --vkey audit.vkey --dead dead.txt
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("The id, with or without case/.", valueName: "case"))
    var id: String

    func run() async throws {
        let id = try ObjectName(id, kind: "case").text
        try await connection.withClient { client in
            var token: String?
            repeat {
                let page = try await client.dead(ofCase: id, limit: 500, pageToken: token)
                Results.write(page.items.map { $0 + "\n" }.joined())
                token = page.nextPageToken
            } while token != nil
        }
    }
}
