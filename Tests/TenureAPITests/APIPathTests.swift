internal import TenureAPI
internal import Testing

@Suite("Paths")
struct APIPathTests {
    @Test("paths are those of the contract")
    func paths() {
        let expected = [
            APIPath.login: "/api/v1/login", APIPath.tokens: "/api/v1/tokens",
            APIPath.certificates: "/api/v1/certificates",
            APIPath.renewal(of: "crd_1"): "/api/v1/certificates/crd_1/renewal",
            APIPath.credentials: "/api/v1/credentials",
            APIPath.explanation(ofCredential: "crd_1"): "/api/v1/credentials/crd_1/explanation",
            APIPath.explanation(ofLogin: "lgn_1"): "/api/v1/logins/lgn_1/explanation",
            APIPath.revocations: "/api/v1/revocations", APIPath.offboardings: "/api/v1/offboardings",
            APIPath.plans: "/api/v1/plans", APIPath.application(ofPlan: "pln_1"): "/api/v1/plans/pln_1/application",
            APIPath.rotations: "/api/v1/rotations",
            APIPath.keys(ofAudience: "registry"): "/api/v1/audiences/registry/keys",
            APIPath.keys: "/api/v1/keys", APIPath.events: "/api/v1/events", APIPath.cutoffs: "/api/v1/cutoffs",
            APIPath.auditEntries: "/api/v1/audit/entries", APIPath.inclusionProofs: "/api/v1/audit/proofs",
            APIPath.consistencyProofs: "/api/v1/audit/proofs/consistency",
            APIPath.operation("opr_1"): "/api/v1/operations/opr_1", APIPath.status: "/api/v1/status",
            APIPath.bundle: "/api/v1/bundle", APIPath.tokenExchange: "/oauth2/token",
            APIPath.authorizationServer: "/.well-known/oauth-authorization-server",
            APIPath.introspection: "/oauth2/introspect", APIPath.tokenRevocation: "/oauth2/revoke",
            APIPath.auditCheckpoint: "/audit/checkpoint", APIPath.auditKey: "/audit/key",
            APIPath.root: "/ca/root.pem", APIPath.chain: "/ca/chain.pem", APIPath.openAPI: "/openapi.json",
        ]
        for (path, text) in expected { #expect(path == text) }
    }
}
