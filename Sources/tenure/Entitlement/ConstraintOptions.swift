internal import ArgumentParser
internal import TenureAPI

/// Options that narrow a profile for one identity.
struct ConstraintOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A scope that it may have; may be repeated.", valueName: "scope"))
    var scope: [String] = []
    @Option(help: ArgumentHelp("An audience that it may have; may be repeated.", valueName: "audience"))
    var audience: [String] = []
    @Option(
        help: ArgumentHelp("Of a role: a team or an environment that it reaches; may be repeated.", valueName: "name"))
    var name: [String] = []
    @Option(help: ArgumentHelp("The longest that a credential may live.", valueName: "duration"))
    var lifetime: DurationArgument?
    @Option(help: ArgumentHelp("A network to ask from; may be repeated.", valueName: "cidr"))
    var network: [String] = []
    @Option(
        help: ArgumentHelp(
            "How many credentials it may justify: not in this release, refused.", valueName: "count"))
    var uses: Int64?

    var body: ConstraintsBody? {
        func given(_ list: [String]) -> [String]? { list.isEmpty ? nil : list }
        let body = ConstraintsBody(
            scopes: given(scope), audiences: given(audience), names: given(name), lifetimeSeconds: lifetime?.seconds,
            networks: given(network), uses: uses)
        return body == ConstraintsBody() ? nil : body
    }
}
