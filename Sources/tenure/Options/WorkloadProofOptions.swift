internal import ArgumentParser
internal import Foundation
internal import TenureClient

/// How a workload proves itself without a login: by an OIDC token that it presents directly.
struct WorkloadProofOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("File with an OIDC token to present directly, without a login.", valueName: "file"))
    var oidcTokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Audience of the OIDC token that GitHub Actions is asked for.", valueName: "audience"))
    var oidcAudience: String = "tenure"

    /// The flag, else the session that is set up, else what GitHub Actions and GitLab give.
    func token(else standard: TokenSource) async throws -> TokenSource {
        if let oidcTokenFile { return .file(oidcTokenFile) }
        guard standard == .none else { return standard }
        guard let system = CISystem(environment: ProcessInfo.processInfo.environment) else { return .none }
        return try await system.token(audience: oidcAudience)
    }
}
