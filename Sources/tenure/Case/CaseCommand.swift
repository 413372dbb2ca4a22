internal import ArgumentParser

struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "What became of an offboarding, and its signed receipt.",
        discussion: """
            tenure case list
            tenure case show cas_01jd…  > case.json          with its receipt once it is closed
            tenure case export cas_01jd… > dead.txt          every credential that died with it
            tenure case verify case.json --vkey audit.vkey --dead dead.txt
            """,
        subcommands: [CaseListCommand.self, CaseShowCommand.self, CaseExportCommand.self, CaseVerifyCommand.self])
}
