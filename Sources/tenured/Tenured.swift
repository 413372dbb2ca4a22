internal import ArgumentParser
internal import Foundation
internal import TenureServer

/// The server program of Tenure.
@main
struct Tenured: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenured",
        abstract: "The broker: issues credentials that end soon, and records each before it leaves.",
        discussion: """
            To try it, without any configuration:

              tenured dev

            To run it (config/README.md describes the file):

              tenured init --config /etc/tenure/tenured.yaml
              tenured serve --config /etc/tenure/tenured.yaml
            """,
        version: "0.1.0",
        subcommands: [
            DevCommand.self, InitCommand.self, ServeCommand.self, BackupCommand.self, RestoreCommand.self,
            MigrateCommand.self, VerifyCommand.self, DoctorCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as StartFailure {
            say("tenured: \(failure.message)\n")
            Foundation.exit(failure.exitCode)
        } catch {
            let message = fullMessage(for: error)
            guard exitCode(for: error).isSuccess else {
                say(message + "\n")
                Foundation.exit(2)
            }
            print(message)
        }
    }

    private static func say(_ text: String) {
        do {
            try FileHandle.standardError.write(contentsOf: Data(text.utf8))
        } catch {
            // Nobody reads what went wrong; the exit code tells it.
            return
        }
    }
}
