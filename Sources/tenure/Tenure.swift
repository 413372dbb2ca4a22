internal import ArgumentParser
internal import Foundation
internal import TenureAPI

/// The command line of Tenure.
@main
struct Tenure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenure",
        abstract: "Short-lived credentials that have an owner, a reason and an end.",
        discussion: """
            Say once where the broker is and who you are:

              export TENURE_ADDR=https://tenure.example.internal:8443
              export TENURE_CA_FILE=/etc/tenure/root.pem
              export TENURE_TOKEN_FILE=$HOME/.tenure.token
              tenure login --oidc-token-file token.jwt

            Then ask:

              tenure token issue --profile ci-token --audience registry --scope push --ttl 10m
              tenure cert issue --profile service-tls --out /run/checkout/tls
              tenure explain credential/crd_01jd…
              tenure revoke workload/deploy --dry-run
              tenure offboard person/ada --transfer-to person/ben

            Results go to standard output, as text on a terminal and as JSON elsewhere; --output decides. \
            Diagnostics go to standard error.

            Exit codes: 0 done, 1 fault, 2 usage, 3 refused by policy, 4 not authenticated, 5 not found, 6 conflict, \
            7 unavailable (try again), 8 verification failed.
            """,
        version: ProgramVersion.text,
        subcommands: [
            LoginCommand.self, TokenCommand.self, CertificateCommand.self, ApplyCommand.self, IdentityCommand.self,
            TrustCommand.self, ProfileCommand.self, EntitlementCommand.self, CredentialCommand.self,
            ExplainCommand.self, RevokeCommand.self, OffboardCommand.self, CaseCommand.self, RotateCommand.self,
            AuditCommand.self,
            StatusCommand.self,
        ])

    static func main() async {
        ProcessGuard.prepare()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// Says what went wrong and ends with the code for it; help and the version are no faults.
    private static func end(with error: any Error) -> Never {
        if let failure = CommandFailure(error) {
            Diagnostics.say(failure.message)
            Foundation.exit(failure.status.rawValue)
        }
        let message = fullMessage(for: error)
        guard exitCode(for: error).isSuccess else {
            Diagnostics.write(message + "\n")
            Foundation.exit(ExitStatus.usage.rawValue)
        }
        print(message)
        Foundation.exit(ExitStatus.done.rawValue)
    }
}

/// The version that `--version` shows.
enum ProgramVersion {
    static let text = "0.1.0"
}
