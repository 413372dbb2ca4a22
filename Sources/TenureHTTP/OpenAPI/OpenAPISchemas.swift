internal import TenureAPI

/// The schemas that routes name.
enum OpenAPISchemas {
    static let all: [(name: String, schema: JSONSchema)] = bodies + answers

    private static let token = JSONSchema.object([
        .init(name: "token", schema: .text, isRequired: true),
        .init(name: "token_type_hint", schema: .text, isRequired: false),
    ])

    private static let tokenExchange = JSONSchema.object(
        [("grant_type", true), ("subject_token", true), ("subject_token_type", true)].map { name, isRequired in
            .init(name: name, schema: .text, isRequired: isRequired)
        }
            + ["audience", "resource", "scope", "requested_token_type", "profile", "trust", "ttl_seconds"].map {
                .init(name: $0, schema: .text, isRequired: false)
            })

    private static let bodies: [(name: String, schema: JSONSchema)] = [
        ("LoginBody", .of(LoginBody.self)), ("IssueTokenBody", .of(IssueTokenBody.self)),
        ("IssueCertificateBody", .of(IssueCertificateBody.self)),
        ("RenewCertificateBody", .of(RenewCertificateBody.self)), ("RevocationBody", .of(RevocationBody.self)),
        ("OffboardingBody", .of(OffboardingBody.self)), ("PlanBody", .of(PlanBody.self)),
        ("ApplicationBody", .of(ApplicationBody.self)), ("RotationBody", .of(RotationBody.self)),
        ("CreateIdentityBody", .of(CreateIdentityBody.self)), ("UpdateIdentityBody", .of(UpdateIdentityBody.self)),
        ("CreateTrustBody", .of(CreateTrustBody.self)), ("UpdateTrustBody", .of(UpdateTrustBody.self)),
        ("ProfileDocument", .of(ProfileDocument.self)), ("UpdateProfileBody", .of(UpdateProfileBody.self)),
        ("CreateEntitlementBody", .of(CreateEntitlementBody.self)),
        ("UpdateEntitlementBody", .of(UpdateEntitlementBody.self)), ("IntrospectionForm", token),
        ("TokenRevocationForm", token), ("TokenExchangeForm", tokenExchange),
    ]

    private static let answers: [(name: String, schema: JSONSchema)] = [
        ("LoginAnswer", .of(LoginAnswer.self)), ("IssueTokenAnswer", .of(IssueTokenAnswer.self)),
        ("IssueCertificateAnswer", .of(IssueCertificateAnswer.self)), ("CredentialAnswer", .of(CredentialAnswer.self)),
        ("CredentialPage", .of(PageAnswer<CredentialAnswer>.self)),
        ("CredentialExplanationAnswer", .of(CredentialExplanationAnswer.self)),
        ("LoginExplanationAnswer", .of(LoginExplanationAnswer.self)), ("RevocationAnswer", .of(RevocationAnswer.self)),
        ("CaseAnswer", .of(CaseAnswer.self)),
        ("CasePage", .of(PageAnswer<CaseSummaryAnswer>.self)), ("DeadPage", .of(PageAnswer<String>.self)),
        ("PlanAnswer", .of(PlanAnswer.self)),
        ("ApplicationAnswer", .of(ApplicationAnswer.self)), ("RotationAnswer", .of(RotationAnswer.self)),
        ("AudienceKeySetAnswer", .of(AudienceKeySetAnswer.self)), ("AuditEntriesAnswer", .of(AuditEntriesAnswer.self)),
        ("InclusionProofAnswer", .of(InclusionProofAnswer.self)),
        ("ConsistencyProofAnswer", .of(ConsistencyProofAnswer.self)), ("OperationAnswer", .of(OperationAnswer.self)),
        ("CutoffsAnswer", .of(CutoffsAnswer.self)),
        ("StatusAnswer", .of(StatusAnswer.self)), ("BundleAnswer", .of(BundleAnswer.self)),
        ("IdentityAnswer", .of(IdentityAnswer.self)), ("IdentityPage", .of(PageAnswer<IdentityAnswer>.self)),
        ("OwnerAnswer", .of(OwnerAnswer.self)), ("OwnerPage", .of(PageAnswer<OwnerAnswer>.self)),
        ("TrustAnswer", .of(TrustAnswer.self)), ("TrustPage", .of(PageAnswer<TrustAnswer>.self)),
        ("ProfileAnswer", .of(ProfileAnswer.self)), ("ProfilePage", .of(PageAnswer<ProfileAnswer>.self)),
        ("EntitlementAnswer", .of(EntitlementAnswer.self)),
        ("EntitlementPage", .of(PageAnswer<EntitlementAnswer>.self)),
        ("IntrospectionAnswer", .of(IntrospectionAnswer.self)),
        ("TokenExchangeAnswer", .of(TokenExchangeAnswer.self)),
        ("AuthorizationServerAnswer", .of(AuthorizationServerAnswer.self)),
        ("OAuthErrorAnswer", .of(OAuthErrorAnswer.self)), ("Problem", .of(Problem.self)),
    ]
}
