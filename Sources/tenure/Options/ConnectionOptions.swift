internal import ArgumentParser
internal import Foundation
internal import TenureClient

/// Where the broker is and who asks; each from a flag, else from the environment.
struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Address of the broker, https://HOST:PORT. Else TENURE_ADDR.", valueName: "url"))
    var addr: String?

    @Option(help: ArgumentHelp("PEM file with the root to trust. Else TENURE_CA_FILE.", valueName: "file"))
    var caFile: String?

    @Option(
        help: ArgumentHelp(
            "File with the bearer token, read at each call. Else TENURE_TOKEN_FILE, or TENURE_TOKEN itself.",
            valueName: "file"))
    var tokenFile: String?

    /// Runs with a client and closes it afterwards.
    ///
    /// - Parameter proof: who asks; by default the token that the options name.
    func withClient<Result>(
        proof: Proof = .standard, _ body: (TenureClient) async throws -> Result
    ) async throws -> Result {
        let client = try TenureClient(try await settings(proof: proof))
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            // Why the work failed is what matters; what closing says after that is not.
            do { try await client.shutdown() } catch { throw error }
            throw error
        }
    }

    func settings(proof: Proof) async throws -> ClientSettings {
        guard let address = addr ?? Self.variable("TENURE_ADDR") else {
            throw CommandFailure.usage("say where the broker is: --addr https://HOST:PORT, or TENURE_ADDR")
        }
        var settings = try ClientSettings(address: address, caFile: caFile ?? Self.variable("TENURE_CA_FILE"))
        settings.idempotencyKey = Nonce.make
        switch proof {
        case .none: break
        case .certificate(let certificate): settings.clientCertificate = certificate
        case .standard:
            settings.token = standardToken
            settings.checkpoints = CheckpointPlace.file(beside: settings.token, of: address)
        case .workload(let options):
            settings.token = try await options.token(else: standardToken)
            // What a CI system put down is no place for files of ours.
            let own = settings.token == standardToken ? standardToken : .none
            settings.checkpoints = CheckpointPlace.file(beside: own, of: address)
        }
        return settings
    }

    /// Who asks.
    enum Proof {
        case none
        case standard
        case certificate(ClientSettings.ClientCertificate)
        /// An OIDC token of a workload, where there is one.
        case workload(WorkloadProofOptions)
    }

    private var standardToken: TokenSource {
        if let path = tokenFile ?? Self.variable("TENURE_TOKEN_FILE") { return .file(path) }
        if let text = Self.variable("TENURE_TOKEN") { return .text(text) }
        return .none
    }

    /// A variable that is set to something.
    static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
