internal import TenureModel

/// Audiences that a workload gets without asking, or asks for on the way to somebody else. A rule on one accepts tokens
/// that were never meant for us, and any service that is sent such a token could use it here.
enum DefaultAudience {
    /// Whose the trust's audience is; nil where it is nobody's that we know.
    static func owner(of trust: OIDCTrust) -> String? {
        let audience = Array(trust.audience.utf8)
        func `is`(_ text: String) -> Bool { audience.elementsEqual(text.utf8) }
        let preset = trust.preset ?? PublicIssuer.of(trust.issuer)?.preset
        if preset == .github, audience.starts(with: "https://github.com/".utf8) || `is`("https://github.com") {
            return "what GitHub puts where a job names no audience"
        }
        let isKnown = preset != nil || PublicIssuer.of(trust.issuer) != nil
        if isKnown, `is`(trust.issuer) || `is`(trust.issuer + "/") { return "the issuer's own audience" }
        if preset == .kubernetes, kubernetes.contains(where: `is`) {
            return "the audience of the Kubernetes API itself"
        }
        if others.contains(where: `is`) { return "another service's audience" }
        return nil
    }

    private static let kubernetes = [
        "api", "kubernetes", "kubernetes.default.svc", "https://kubernetes.default", "https://kubernetes.default.svc",
        "https://kubernetes.default.svc.cluster.local", "kubernetes.default.svc.cluster.local",
    ]

    private static let others = [
        "sts.amazonaws.com", "api://AzureADTokenExchange", "sigstore", "pypi", "https://rubygems.org", "rubygems.org",
        "npm:registry.npmjs.org", "crates.io",
    ]
}
