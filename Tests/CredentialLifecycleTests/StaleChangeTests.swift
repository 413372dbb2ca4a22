internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

/// Two nodes on one file: the first looks at an object, the second changes it, and the first records last.
@Suite("Changes of what another has changed meanwhile")
struct StaleChangeTests {
    enum Kind: String, CaseIterable {
        case identity, trust, profile, entitlement
    }

    /// A change of one object of the kind, on the version that the node's snapshot has.
    private static func change(
        _ kind: Kind, _ word: String, at node: Node, by caller: AuthenticatedCaller, _ installation: TestInstallation
    ) async throws {
        let snapshot = node.broker.snapshot
        var desired = DesiredState()
        switch kind {
        case .identity:
            let old = try #require(snapshot.identity(kind: .workload, name: try Name("deploy")))
            var identity = DesiredIdentity(path: "", kind: .workload, name: old.name)
            identity.purpose = try Sentence("Deploys, said the \(word)")
            identity.seenVersion = old.version
            desired.identities = [identity]
        case .trust:
            let old = try #require(snapshot.trust(named: try Name("owner-oidc")))
            var trust = try installation.trust(
                of: "person/owner", subject: "owner-\(word)", name: "owner-oidc")
            trust.seenVersion = old.version
            desired.trusts = [trust]
        case .profile:
            let old = try #require(snapshot.profile(named: try Name("ci-token")))
            guard case .token(var token) = old.body else { throw Unexpected("no token profile") }
            token.scopes.append(try Scope(word))
            var profile = DesiredProfile(
                path: "", name: old.name, environment: old.environment, approval: old.approval, body: .token(token))
            profile.seenVersion = old.version
            desired.profiles = [profile]
        case .entitlement:
            let profile = try installation.profile("ci-token").id
            let holder = try #require(snapshot.identity(kind: .workload, name: try Name("deploy")))
            let old = try #require(snapshot.entitlements(of: holder.id).first { $0.profile == profile })
            var terms = old.terms
            terms.justification = try Sentence("Needed, said the \(word)")
            _ = try await node.broker.decide(
                .amend(terms), on: old.id, expectedVersion: old.version, by: caller, in: try installation.call())
            return
        }
        let act: Act = kind == .identity ? .identityWrite : kind == .trust ? .trustWrite : .profileWrite
        _ = try await node.broker.change(to: desired, as: act, by: caller, in: try installation.call())
    }

    @Test("T36 a change on a version that another node replaced before the record is stale", arguments: Kind.allCases)
    func overtaken(_ kind: Kind) async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let admin = try await installation.caller("admin")
        try await other.recorder.refresh()
        let theirs = try await other.broker.authenticate(
            .bearer(try await installation.session("admin")), source: TestInstallation.source)
        try await other.recorder.refresh()
        // The first node does not learn of this until it holds the lock.
        try await Self.change(kind, "second", at: other, by: theirs, installation)
        let size = other.broker.snapshot.size
        await expectRefused(.stale) {
            try await Self.change(kind, "first", at: installation.node, by: admin, installation)
        }
        #expect(try await installation.broker.ledger.entry(size) == nil)
        try await installation.node.recorder.refresh()
        try await Self.change(kind, "third", at: installation.node, by: admin, installation)
    }

    @Test("of two nodes that make a profile of one name, one is told that it is there")
    func twice() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let admin = try await installation.caller("admin")
        try await other.recorder.refresh()
        func make(at node: Node, by caller: AuthenticatedCaller) async throws {
            let like = try installation.profile("ci-token")
            var profile = DesiredProfile(
                path: "", name: try Name("made-twice"), environment: try EnvironmentName("staging"),
                approval: .none, body: try Self.withAudience("staging-registry", like.body))
            profile.mustBeNew = true
            var desired = DesiredState()
            desired.profiles = [profile]
            _ = try await node.broker.change(
                to: desired, as: .profileWrite, by: caller, in: try installation.call())
        }
        let theirs = try await other.broker.authenticate(
            .bearer(try await installation.session("admin")), source: TestInstallation.source)
        try await make(at: other, by: theirs)
        await expectRefused(.conflict) { try await make(at: installation.node, by: admin) }
    }

    private static func withAudience(_ text: String, _ body: ProfileBody) throws -> ProfileBody {
        guard case .token(var token) = body else { throw Unexpected("no token profile") }
        token.audiences = [try Audience(text)]
        return .token(token)
    }
}
