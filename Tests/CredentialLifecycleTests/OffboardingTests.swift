internal import APITokens
internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Offboarding")
struct OffboardingTests {
    private static func offboard(
        _ installation: TestInstallation, _ target: String, to heir: String? = nil, isDryRun: Bool = false
    ) async throws -> OffboardingOutcome {
        try await installation.broker.offboard(
            try ObjectReference(target), to: try heir.map { try ObjectReference($0) }, reason: .affiliationChanged,
            by: try await installation.caller("admin"), in: try installation.call(isDryRun: isDryRun))
    }

    @Test("T28 an offboarded workload logs in no more, and all that it holds is dead at once")
    func workload() async throws {
        let installation = try await TestInstallation.start()
        let session = try await installation.session("deploy")
        let caller = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        let token = try await installation.token(caller)
        let certificate = try await installation.certificate(caller)
        let connection = try await installation.presenting(certificate)
        let preview = try await Self.offboard(installation, "workload/deploy", isDryRun: true)
        #expect(try await installation.isAlive(token))
        let outcome = try await Self.offboard(installation, "workload/deploy")
        #expect(outcome.state == .applied)
        #expect(outcome.plan.ends.map(\.reference.description) == ["workload/deploy"])
        #expect(outcome.counts == preview.counts)
        #expect(outcome.counts?.tokens == 1 && outcome.counts?.certificates == 1)
        let index = try #require(outcome.recorded?.firstIndex)
        try await Self.expectDead(installation, "deploy", session, caller, token, certificate, connection)
        let filter = CredentialFilter(identity: try installation.identity("workload/deploy").id)
        let later = try await installation.broker.ledger.credentials(filter, limit: 100)
        #expect(later.allSatisfy { $0.index < index })
        #expect(try installation.identity("workload/deploy").state == .ended)
        await expectRefused(.conflict) { _ = try await Self.offboard(installation, "workload/deploy") }
    }

    @Test("T28 a person leaves: they and every workload that they own end in one transaction")
    func person() async throws {
        let installation = try await TestInstallation.start()
        let ownerSession = try await installation.session("owner")
        let session = try await installation.session("deploy")
        let caller = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        let token = try await installation.token(caller)
        let certificate = try await installation.certificate(caller)
        let connection = try await installation.presenting(certificate)
        let neighbour = try await installation.token(try await installation.caller("assistant"))
        let preview = try await Self.offboard(installation, "person/owner", isDryRun: true)
        let outcome = try await Self.offboard(installation, "person/owner")
        #expect(outcome.plan == preview.plan)
        #expect(outcome.counts == preview.counts)
        #expect(
            outcome.plan.ends.map(\.reference.description) == ["person/owner", "workload/deploy", "workload/checkout"])
        try await Self.expectDead(installation, "deploy", session, caller, token, certificate, connection)
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(ownerSession), source: TestInstallation.source)
        }
        await expectRefused(.unauthenticated) { _ = try await installation.presenting("owner") }
        await expectRefused(.unauthenticated) { _ = try await installation.presenting("checkout") }
        #expect(try await installation.isAlive(neighbour))
    }

    @Test("workloads pass to the heir and live on; when the heir leaves, they end whoever owned them at issuance")
    func transfer() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("deploy")
        let before = try await installation.token(caller)
        let outcome = try await Self.offboard(installation, "person/owner", to: "person/backup")
        #expect(outcome.plan.ends.map(\.reference.description) == ["person/owner"])
        #expect(Set(outcome.plan.passes.map(\.name.text)) == ["deploy", "checkout"])
        #expect(outcome.counts == .zero)
        let backup = try installation.identity("person/backup")
        #expect(try installation.identity("workload/deploy").workload?.owner == backup.id)
        #expect(try await installation.isAlive(before))
        let after = try await installation.token(try await installation.caller("deploy"))
        let second = try await Self.offboard(installation, "person/backup")
        #expect(Set(second.plan.ends.map(\.name.text)) == ["backup", "deploy", "checkout"])
        #expect(second.counts?.tokens == 2)
        #expect(try await installation.isAlive(before) == false)
        #expect(try await installation.isAlive(after) == false)
        await expectRefused(.unauthenticated) { _ = try await installation.presenting("deploy") }
    }

    @Test("a team ends with what it owns; its members go on")
    func team() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("assistant"))
        let outcome = try await Self.offboard(installation, "team/platform")
        #expect(outcome.plan.ends.map(\.reference.description) == ["team/platform", "workload/assistant"])
        #expect(try await installation.isAlive(held) == false)
        _ = try await installation.presenting("owner")
        _ = try await installation.token(try await installation.caller("deploy"))
    }

    @Test(
        "only a living person or team inherits",
        arguments: [
            "person/owner", "workload/checkout", "person/suspended", "person/gone",
        ])
    func heirs(_ heir: String) async throws {
        let installation = try await TestInstallation.start()
        var desired = DesiredState()
        desired.identities = try ["suspended", "gone"].map {
            DesiredIdentity(path: "", kind: .person, name: try Name($0))
        }
        _ = try await installation.broker.change(
            to: desired, as: .identityWrite, by: try await installation.caller("admin"), in: try installation.call())
        try await installation.setState("person/suspended", .suspended)
        _ = try await Self.offboard(installation, "person/gone")
        await expectRefused(.noLivingOwner) { _ = try await Self.offboard(installation, "person/owner", to: heir) }
        await expectRefused(.notFound) {
            _ = try await Self.offboard(installation, "person/owner", to: "person/nobody")
        }
        await expectRefused(.invalid) {
            _ = try await Self.offboard(installation, "workload/deploy", to: "person/backup")
        }
        #expect(try installation.identity("person/owner").state == .active)
    }

    @Test("an owner ends their own workload, and nobody else's nor a colleague")
    func byOwner() async throws {
        let installation = try await TestInstallation.start()
        let owner = try await installation.caller("owner")
        func offboard(_ target: String, by caller: AuthenticatedCaller) async throws {
            _ = try await installation.broker.offboard(
                try ObjectReference(target), to: nil, reason: .unspecified, by: caller, in: try installation.call())
        }
        for target in ["person/backup", "person/admin", "team/platform"] {
            await expectRefused(.notFound, .denied, because: target) { try await offboard(target, by: owner) }
        }
        let backup = try await installation.caller("backup")
        await expectRefused(.notFound) { try await offboard("workload/deploy", by: backup) }
        let deploy = try await installation.caller("deploy")
        await expectRefused(.notFound, .denied) { try await offboard("workload/deploy", by: deploy) }
        try await offboard("workload/deploy", by: owner)
        // Of the team of which they are a member.
        try await offboard("workload/assistant", by: backup)
    }

    @Test("T42 the last administrator cannot be removed by any path", arguments: LastAdministratorPath.allCases)
    func lastAdministrator(_ path: LastAdministratorPath) async throws {
        let installation = try await TestInstallation.start()
        await expectRefused(.conflict, .denied, because: path.rawValue) { try await path.walk(installation) }
        // Whatever was tried, somebody can still grant everything.
        _ = try await installation.entitle("person/backup", to: "reviewer")
    }

    enum LastAdministratorPath: String, CaseIterable {
        case offboard, suspend, end, endEntitlement, narrowed, otherAudience, networks, endProfile, weakerProfile
        case smallerScope, emptyTeam, workload, reviewer, withoutTrust, endTrust

        func walk(_ installation: TestInstallation) async throws {
            switch self {
            case .offboard: _ = try await OffboardingTests.offboard(installation, "person/admin")
            case .suspend: try await installation.setState("person/admin", .suspended)
            case .end: try await installation.setState("person/admin", .ended)
            case .endEntitlement:
                _ = try await installation.broker.decide(
                    .end(.superseded), on: try installation.entitlement("person/admin", "admin").id,
                    expectedVersion: nil, by: try await installation.caller("admin"), in: try installation.call())
            case .narrowed: try await installation.amend("person/admin", "admin") { $0.constraints.names = ["x"] }
            case .otherAudience: try await installation.amend("person/admin", "admin") { $0.constraints.scopes = [] }
            case .networks:
                try await installation.amend("person/admin", "admin") { $0.constraints.networks = ["10.0.0.0/8"] }
            case .endProfile: try await changeProfile(installation) { $0.state = .ended }
            case .weakerProfile:
                try await changeProfile(installation) {
                    guard case .administration(var role) = $0.body else { return }
                    role.acts.removeAll { $0 == .entitlementApprove }
                    $0.body = .administration(role)
                }
            case .smallerScope:
                try await changeProfile(installation) {
                    guard case .administration(var role) = $0.body else { return }
                    role.scope = .team
                    $0.body = .administration(role)
                }
            case .emptyTeam: try await withAnother(installation, "team/platform")
            case .workload: try await withAnother(installation, "workload/checkout")
            case .reviewer: try await withAnother(installation, "person/owner", role: "reviewer")
            case .withoutTrust:
                var desired = DesiredState()
                desired.identities = [DesiredIdentity(path: "", kind: .person, name: try Name("carol"))]
                _ = try await installation.broker.change(
                    to: desired, as: .identityWrite, by: try await installation.caller("admin"),
                    in: try installation.call())
                try await withAnother(installation, "person/carol")
            case .endTrust:
                var trust = try installation.trust(of: "person/admin", subject: "admin")
                trust.state = .ended
                var desired = DesiredState()
                desired.trusts = [trust]
                _ = try await installation.broker.change(
                    to: desired, as: .trustWrite, by: try await installation.caller("admin"),
                    in: try installation.call())
            }
        }

        /// Neither an empty team nor a program nor who may only approve, nor who has no way to log in, can take the
        /// administrator's place.
        private func withAnother(
            _ installation: TestInstallation, _ holder: String, role: String = "admin"
        ) async throws {
            try await installation.entitle(holder, to: role)
            _ = try await OffboardingTests.offboard(installation, "person/admin")
        }

        private func changeProfile(
            _ installation: TestInstallation, _ alter: (inout DesiredProfile) -> Void
        ) async throws {
            guard var profile = try EstateFiles.profiles().first(where: { $0.name.text == "admin" }) else { return }
            alter(&profile)
            var desired = DesiredState()
            desired.profiles = [profile]
            _ = try await installation.broker.change(
                to: desired, as: .profileWrite, by: try await installation.caller("admin"), in: try installation.call())
        }
    }

    @Test("ending a person by a change of state does not leave their workloads behind")
    func endedByChange() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        await expectRefused(.conflict, .invalid) { try await installation.setState("person/owner", .ended) }
        #expect(try installation.identity("person/owner").state == .active)
        #expect(try await installation.isAlive(held))
    }

    private static func expectDead(
        _ installation: TestInstallation, _ subject: String, _ session: String, _ caller: AuthenticatedCaller,
        _ token: HeldToken, _ certificate: HeldCertificate, _ connection: AuthenticatedCaller
    ) async throws {
        await expectRefused(.unauthenticated) { _ = try await installation.presenting(subject) }
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        }
        await expectRefused(.unauthenticated) { _ = try await installation.presenting(certificate) }
        await expectRefused(.denied) { _ = try await installation.token(caller) }
        await expectRefused(.denied) { _ = try await installation.certificate(caller) }
        await expectRefused(.denied) { _ = try await installation.renewal(of: certificate.id, by: connection) }
        await expectRefused(.denied, .unauthenticated) {
            _ = try await installation.broker.login(connection, in: try installation.call())
        }
        #expect(try await installation.isAlive(token) == false)
        #expect(try await installation.state(certificate.id) == .revoked)
    }
}
