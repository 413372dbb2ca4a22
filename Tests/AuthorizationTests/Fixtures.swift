@_spi(Authentication) internal import Authorization
internal import TenureModel

/// Who and what the tests speak of. Ids are fixed, so that a failure reads the same twice.
enum Fixture {
    static let now = Timestamp(clampingSeconds: 1_795_442_400)

    static let ada = PersonID(high: 1, low: 1)
    static let bob = PersonID(high: 1, low: 2)
    static let platform = TeamID(high: 2, low: 1)
    static let payments = TeamID(high: 2, low: 2)
    static let deploy = WorkloadID(high: 3, low: 1)
    static let checkout = WorkloadID(high: 3, low: 2)
    static let profile = ProfileID(high: 4, low: 1)
    static let otherProfile = ProfileID(high: 4, low: 2)
    static let entitlement = EntitlementID(high: 5, low: 1)
    static let otherEntitlement = EntitlementID(high: 5, low: 2)
    static let credential = CredentialID(high: 6, low: 1)
    static let otherCredential = CredentialID(high: 6, low: 2)

    /// A caller whose proof is taken for verified.
    static func caller(
        _ identity: IdentityID, from source: String = "10.1.2.3", credential: CredentialID? = nil
    ) -> AuthenticatedCaller {
        AuthenticatedCaller(
            asserting: CallerProof(
                identity: identity, method: .session, session: nil, trust: TrustID(high: 7, low: 1), trustVersion: 1,
                trustNumber: 9, authentication: 18, instance: 15, family: nil, credential: credential, references: [],
                floor: 100, expires: now.adding(seconds: 3600), renewalEnds: nil, presentations: nil, source: source))
    }

    static func person(_ id: PersonID, _ name: String, state: IdentityState = .active) throws -> Identity {
        Identity(id: .person(id), number: 3, version: 2, name: try Name(name), state: state, body: .person)
    }

    static func workload(_ id: WorkloadID, _ name: String, owner: IdentityID) throws -> Identity {
        let workload = Workload(
            workloadClass: .ciJob, owner: owner, backupOwner: nil, purpose: try Sentence("Builds the shop"),
            environment: try Name("production"))
        return Identity(
            id: .workload(id), number: 12, version: 4, name: try Name(name), state: .active, body: .workload(workload))
    }

    /// An active entitlement without an end or a constraint, begun a thousand seconds ago.
    static func entitlement(
        _ id: EntitlementID = entitlement, of identity: IdentityID, to profile: ProfileID = profile, number: Int64 = 40
    ) throws -> Entitlement {
        let terms = EntitlementTerms(
            justification: try Sentence("The pipeline pushes what it builds"), starts: now.adding(seconds: -1000),
            ends: nil, review: nil, constraints: .unconstrained)
        return Entitlement(
            id: id, number: number, version: 3, identity: identity, profile: profile, state: .active, terms: terms,
            granter: .identity(.person(ada)), approver: .policy("ci-token@2"))
    }

    static func profile(
        _ body: ProfileBody, id: ProfileID = profile, named name: String = "ci-token",
        environment: String? = "production"
    ) throws -> Profile {
        Profile(
            id: id, number: 7, version: 2, name: try Name(name), state: .active,
            environment: try environment.map { try Name($0) }, approval: .none, body: body)
    }

    static func scopes(_ texts: String...) throws -> [Scope] { try texts.map { try Scope($0) } }
    static func audiences(_ texts: String...) throws -> [Audience] { try texts.map { try Audience($0) } }
}

/// What a decision came to, for comparison: the denial, or nil where it was a yes.
func denial(of decision: () throws(Denial) -> Void) -> Denial? {
    do {
        try decision()
        return nil
    } catch {
        return error
    }
}
