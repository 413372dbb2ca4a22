internal import Authorization
internal import TenureModel

/// A request for a token that policy allows; tests spoil one fact of it at a time.
struct TokenCase: Sendable {
    var operation: IssueToken
    var facts: IssuanceFacts

    init() throws {
        let bounds = TokenProfile(
            audiences: try Fixture.audiences("registry", "mirror"), scopes: try Fixture.scopes("push", "pull", "list"),
            lifetime: try Lifetime(seconds: 900), maximumLifetime: try Lifetime(seconds: 3600), bare: false)
        operation = IssueToken(
            profile: try Name("ci-token"), audience: try Audience("registry"), scopes: try Fixture.scopes("pull"),
            lifetimeSeconds: 600)
        facts = try .deployment(profile: try Fixture.profile(.token(bounds)))
    }

    var denial: Denial? {
        AuthorizationTests.denial { () throws(Denial) in _ = try Authorizer.authorize(operation, on: facts) }
    }

    func basis() throws -> IssuanceBasis { try Authorizer.authorize(operation, on: facts).basis }

    /// The constraints of the one entitlement.
    var constraints: EntitlementConstraints {
        get { facts.entitlements[0].terms.constraints }
        set { facts.entitlements[0].terms.constraints = newValue }
    }
}

/// A request for a certificate that policy allows.
struct CertificateCase: Sendable {
    var operation: IssueCertificate
    var facts: IssuanceFacts

    init() throws {
        let bounds = CertificateProfile(
            keys: [.p256], names: ["NAME.example.internal"], usages: [.server, .client], spiffe: true,
            lifetime: try Lifetime(seconds: 3600), maximumLifetime: try Lifetime(seconds: 86_400),
            revocationSeconds: 3600, foreignConsumers: false)
        operation = IssueCertificate(
            profile: try Name("service-tls"), csrPEM: [1, 2, 3], lifetimeSeconds: nil, renews: nil)
        facts = try .deployment(profile: try Fixture.profile(.certificate(bounds), named: "service-tls"))
    }

    /// The same request as the renewal of the credential that authenticated it.
    static func renewal() throws -> CertificateCase {
        var renewal = try CertificateCase()
        renewal.operation.renews = Fixture.credential
        renewal.facts.caller = Fixture.caller(.workload(Fixture.deploy), credential: Fixture.credential)
        renewal.facts.renewedEntitlement = Fixture.entitlement
        return renewal
    }

    var denial: Denial? {
        AuthorizationTests.denial { () throws(Denial) in _ = try Authorizer.authorize(operation, on: facts) }
    }

    func basis() throws -> IssuanceBasis { try Authorizer.authorize(operation, on: facts).basis }
}

extension IssuanceFacts {
    /// workload/deploy, owned by person/ada, with one entitlement to the profile.
    static func deployment(profile: Profile) throws -> IssuanceFacts {
        IssuanceFacts(
            caller: Fixture.caller(.workload(Fixture.deploy)),
            identity: try Fixture.workload(Fixture.deploy, "deploy", owner: .person(Fixture.ada)),
            owner: try Fixture.person(Fixture.ada, "ada"), ownerPerson: try Fixture.person(Fixture.ada, "ada"),
            profile: profile,
            entitlements: [try Fixture.entitlement(of: .workload(Fixture.deploy))], renewedEntitlement: nil,
            now: Fixture.now, floor: 100)
    }

    /// Makes a team the owner; who answers for it stays.
    mutating func giveToTeam(of members: [PersonID]) throws {
        identity = try Fixture.workload(Fixture.deploy, "deploy", owner: .team(Fixture.platform))
        owner = Identity(
            id: .team(Fixture.platform), number: 5, version: 2, name: try Name("platform"), state: .active,
            body: .team(members: members))
    }
}
