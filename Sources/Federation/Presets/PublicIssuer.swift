internal import TenureModel

/// An issuer that gives tokens to everybody who opens an account. Whoever trusts one without binding ids trusts whoever
/// takes a name next.
struct PublicIssuer: Sendable {
    let title: String
    let preset: OIDCTrust.Preset?
    /// Sets of claims that are ids; a rule must bind all of at least one set.
    let bindings: [[String]]

    /// The entry of an issuer's address, by its host.
    static func of(_ issuer: String) -> PublicIssuer? {
        guard let host = KeyURL(issuer)?.host else { return nil }
        if let found = hosts.first(where: { $0.host == host }) { return found.issuer }
        // GitHub Enterprise Cloud with data residency: one subdomain for an enterprise, open to all its organizations.
        if host.hasPrefix("token.actions."), host.hasSuffix(".ghe.com") { return gitHub }
        return nil
    }

    private static let gitHub = PublicIssuer(
        title: "GitHub Actions", preset: .github, bindings: [["repository_id", "repository_owner_id"]])

    // Hosts are lower-case ASCII on both sides, so equality of strings is equality of bytes.
    private static let hosts: [(host: String, issuer: PublicIssuer)] = [
        ("token.actions.githubusercontent.com", gitHub),
        ("gitlab.com", PublicIssuer(title: "GitLab", preset: .gitlab, bindings: [["project_id", "namespace_id"]])),
        ("accounts.google.com", PublicIssuer(title: "Google", preset: nil, bindings: [["sub"]])),
        ("securetoken.google.com", PublicIssuer(title: "Firebase", preset: nil, bindings: [["sub"]])),
        ("appleid.apple.com", PublicIssuer(title: "Apple", preset: nil, bindings: [["sub"]])),
        ("login.microsoftonline.com", PublicIssuer(title: "Microsoft Entra", preset: nil, bindings: [["tid", "oid"]])),
        ("sts.windows.net", PublicIssuer(title: "Microsoft Entra", preset: nil, bindings: [["tid", "oid"]])),
        (
            "agent.buildkite.com",
            PublicIssuer(title: "Buildkite", preset: nil, bindings: [["organization_id", "pipeline_id"]])
        ),
        (
            "oidc.circleci.com",
            PublicIssuer(title: "CircleCI", preset: nil, bindings: [["oidc.circleci.com/project-id"]])
        ),
        (
            "app.terraform.io",
            PublicIssuer(
                title: "HCP Terraform", preset: nil,
                bindings: [["terraform_organization_id", "terraform_workspace_id"]])
        ),
        ("api.bitbucket.org", PublicIssuer(title: "Bitbucket", preset: nil, bindings: [["repositoryUuid"]])),
        ("oidc.vercel.com", PublicIssuer(title: "Vercel", preset: nil, bindings: [["owner_id", "project_id"]])),
    ]
}
