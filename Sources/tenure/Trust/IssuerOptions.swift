internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

/// Options that describe an OIDC issuer and what its tokens must say.
struct IssuerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The issuer, as its tokens name it.", valueName: "url"))
    var issuer: String?
    @Option(help: ArgumentHelp("Where its keys are. Else what its discovery document says.", valueName: "url"))
    var jwksUrl: String?
    @Option(help: ArgumentHelp("Its keys in a file, for sites without a network.", valueName: "file"))
    var jwksFile: String?
    @Option(help: ArgumentHelp("PEM bundle for the issuer's TLS certificate.", valueName: "file"))
    var issuerCaFile: String?
    @Option(
        help: ArgumentHelp("A network that is not public where its keys may be; may be repeated.", valueName: "cidr"))
    var network: [String] = []
    @Option(help: ArgumentHelp("The audience that its tokens must name.", valueName: "audience"))
    var audience: String?
    @Option(
        help: ArgumentHelp(
            "A claim that must be so: NAME=TEXT, or NAME:=VALUE for a number, true or false; may be repeated.",
            valueName: "claim"))
    var claim: [ClaimArgument] = []
    @Option(help: ArgumentHelp("How often one token may be used: once, until-expiry or a number.", valueName: "count"))
    var presentations: PresentationsArgument?

    func body() throws -> IssuerBody? {
        guard let issuer else {
            guard jwksUrl == nil, jwksFile == nil, issuerCaFile == nil, network.isEmpty else {
                throw CommandFailure.usage("--jwks-url, --jwks-file, --issuer-ca-file and --network go with --issuer")
            }
            return nil
        }
        guard jwksUrl == nil || jwksFile == nil else {
            throw CommandFailure.usage("give one of --jwks-url and --jwks-file")
        }
        let set = try jwksFile.map { try FileContent.text($0, bytesMax: 1 << 20) }
        return IssuerBody(
            url: issuer, jwks: jwksUrl == nil && set == nil ? nil : KeySetBody(url: jwksUrl, set: set),
            caPem: try issuerCaFile.map { try FileContent.text($0, bytesMax: 1 << 20) },
            networks: network.isEmpty ? nil : network)
    }

    func claims() throws -> [String: ClaimValue]? {
        var claims: [String: ClaimValue] = [:]
        for condition in claim {
            guard claims.updateValue(condition.value, forKey: condition.name) == nil else {
                throw CommandFailure.usage("the claim \(condition.name) is given twice")
            }
        }
        return claims.isEmpty ? nil : claims
    }
}
