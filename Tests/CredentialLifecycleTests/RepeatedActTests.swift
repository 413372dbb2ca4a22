internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import Synchronization
internal import TenureModel
internal import Testing

/// Acts that are sent again under their `Idempotency-Key`: after a lost answer, or twice at the same moment.
@Suite("Acts that are sent again")
struct RepeatedActTests {
    enum RepeatedAct: String, CaseIterable {
        case revoke, revokeCredential, offboard, transfer, identity, trust, profile, estate, request, amend, end, rotate
    }

    /// An installation with credentials that live, one that was revoked before, and a plan to apply.
    private struct Work {
        let installation: TestInstallation
        let admin: AuthenticatedCaller
        let certificate: HeldCertificate
        let plan: PlanID

        init() async throws {
            installation = try await TestInstallation.start()
            admin = try await installation.caller("admin")
            let deploy = try await installation.caller("deploy")
            let gone = try await installation.token(deploy)
            _ = try await installation.token(deploy)
            certificate = try await installation.certificate(deploy)
            _ = try await installation.certificate(try await installation.caller("checkout"))
            _ = try await installation.broker.revoke(
                .object(try ObjectReference("credential/" + gone.id.text)), reason: .superseded, by: admin,
                in: try installation.call())
            let estate = try EstateTests.estate(
                """
                people: [{name: mallory}]
                workloads:
                  - {name: build, class: ci_job, owner: person/mallory, purpose: Builds, environment: production}
                trusts:
                  - name: build-dev
                    workload: build
                    issuer: {url: "${DEV_ISSUER}"}
                    audience: tenure
                    claims: {sub: build}
                entitlements:
                  - {identity: workload/build, profile: ci-token, justification: Builds push}
                """)
            plan = try #require(try await installation.broker.plan(estate, by: admin, in: try installation.call()).id)
        }

        /// What the answer says.
        func perform(
            _ act: RepeatedAct, by caller: AuthenticatedCaller? = nil, at broker: Broker? = nil, in call: Call
        ) async throws -> String {
            let broker = broker ?? installation.broker
            let caller = caller ?? admin
            switch act {
            case .revoke, .revokeCredential:
                let target = act == .revoke ? "workload/deploy" : "credential/" + certificate.id.text
                let outcome = try await broker.revoke(
                    .object(try ObjectReference(target)), reason: .keyCompromise, by: caller, in: call)
                return "\(outcome.id?.text ?? "") \(outcome.target) \(outcome.cutIndex) \(outcome.counts) "
                    + Self.place(outcome.recorded)
            case .offboard, .transfer:
                let outcome = try await broker.offboard(
                    try ObjectReference("person/owner"), to: act == .offboard ? nil : ObjectReference("person/backup"),
                    reason: .affiliationChanged, by: caller, in: call)
                let plan = outcome.plan
                return "\(outcome.id?.text ?? "") \(outcome.state) \(plan.ends.map(\.reference)) "
                    + "\(plan.passes.map(\.reference)) \(String(describing: plan.heir?.reference)) "
                    + "\(String(describing: outcome.counts)) " + Self.place(outcome.recorded)
            case .identity, .trust, .profile, .request:
                let (desired, asked) = try change(act)
                return Self.text(try await broker.change(to: desired, as: asked, by: caller, in: call))
            case .estate: return Self.text(try await broker.apply(plan, by: caller, in: call).outcome)
            case .amend, .end:
                let held = try installation.entitlement("workload/deploy", "ci-token")
                var terms = held.terms
                terms.justification = try Sentence("Something else")
                let (new, outcome) = try await broker.decide(
                    act == .amend ? .amend(terms) : .end(.privilegeWithdrawn), on: held.id,
                    expectedVersion: act == .amend ? 1 : nil, by: caller, in: call)
                return "\(new.versionText) \(new.state) \(new.terms) " + Self.text(outcome)
            case .rotate:
                let outcome = try await broker.rotate(.tokenKeys(try Name("production")), by: caller, in: call)
                return "\(outcome.id?.text ?? "") \(outcome.versions.map { "\($0.id)@\($0.version) \($0.state)" }) "
                    + Self.place(outcome.recorded)
            }
        }

        private func change(_ act: RepeatedAct) throws -> (DesiredState, Act) {
            var desired = DesiredState()
            switch act {
            case .trust:
                var trust = try installation.trust(of: "workload/checkout", subject: "other")
                trust.mustBeNew = true
                desired.trusts = [trust]
                return (desired, .trustWrite)
            case .profile:
                var profile = try #require(try EstateFiles.profiles().first { $0.name.text == "ci-token" })
                profile.state = .ended
                desired.profiles = [profile]
                return (desired, .profileWrite)
            case .request:
                desired.entitlements = [
                    DesiredEntitlement(
                        path: "", identity: try ObjectReference("workload/checkout"), profile: try Name("ci-token"),
                        justification: try Sentence("It pulls"), constraints: .unconstrained)
                ]
                return (desired, .entitlementRequest)
            default:
                var identity = DesiredIdentity(path: "", kind: .workload, name: try Name("deploy"))
                identity.state = .suspended
                desired.identities = [identity]
                return (desired, .identityWrite)
            }
        }

        private static func text(_ outcome: ChangeOutcome) -> String {
            let changes = outcome.changes.map { "\($0.action) \($0.object) \($0.fields) \($0.warnings)" }
            return "\(changes) \(outcome.counts) \(outcome.baseVersion) " + place(outcome.recorded)
        }

        private static func place(_ recorded: Recorded?) -> String {
            recorded.map { "\($0.operation) at \($0.firstIndex)" } ?? "nowhere"
        }

        /// What was cut since must not change what was counted then.
        func goOn() async throws {
            installation.clock.advance(seconds: 100)
            for target in ["environment/production", "credential/" + certificate.id.text] {
                _ = try await installation.broker.revoke(
                    .object(try ObjectReference(target)), reason: .unspecified, by: admin, in: try installation.call())
            }
        }
    }

    @Test("T13 the same request gives the same answer and is done once", arguments: RepeatedAct.allCases)
    func same(_ act: RepeatedAct) async throws {
        let work = try await Work()
        let first = try await work.perform(act, in: try work.installation.call(key: "k1"))
        let size = work.installation.broker.snapshot.size
        #expect(try await work.perform(act, in: try work.installation.call(key: "k1")) == first)
        #expect(work.installation.broker.snapshot.size == size)
        try await work.goOn()
        let later = work.installation.broker.snapshot.size
        #expect(try await work.perform(act, in: try work.installation.call(key: "k1")) == first)
        #expect(work.installation.broker.snapshot.size == later)
    }

    @Test("T13 another node, which did not do it, gives the same answer", arguments: RepeatedAct.allCases)
    func otherNode(_ act: RepeatedAct) async throws {
        let work = try await Work()
        let other = try await work.installation.otherNode()
        let first = try await work.perform(act, in: try work.installation.call(key: "k1"))
        let again = try await work.perform(act, at: other.broker, in: try work.installation.call(key: "k1"))
        #expect(again == first)
    }

    @Test("T13 the same request at the same moment is done once", arguments: RepeatedAct.allCases)
    func concurrently(_ act: RepeatedAct) async throws {
        let work = try await Work()
        let other = try await work.installation.otherNode()
        let calls = try (0..<6).map { _ in try work.installation.call(key: "k1") }
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for (place, call) in calls.enumerated() {
                let broker = place % 3 == 2 ? other.broker : work.installation.broker
                group.addTask { try await work.perform(act, at: broker, in: call) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(answers.count == 1)
        let recorded = try await withThrowingTaskGroup(of: Bool.self) { group in
            for call in calls {
                group.addTask { try await work.installation.broker.ledger.operation(call.operation) != nil }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(recorded == 1)
    }

    @Test(
        "T13 the same request that finds done what it was about to do gives the same answer",
        arguments: RepeatedAct.allCases)
    func overtaken(_ act: RepeatedAct) async throws {
        let work = try await Work()
        let call = try work.installation.call(key: "k1")
        let first = Mutex<Result<String, any Error>?>(nil)
        // Over another connection, once this one has looked for an earlier answer and found none.
        work.installation.node.reads.duringNext {
            do {
                let answer = try await work.perform(act, in: try work.installation.call(key: "k1"))
                first.withLock { $0 = .success(answer) }
            } catch {
                first.withLock { $0 = .failure(error) }
            }
        }
        let second = try await work.perform(act, in: call)
        #expect(try #require(first.withLock { $0 }).get() == second)
        #expect(try await work.installation.broker.ledger.operation(call.operation) == nil)
    }

    @Test("T13 another request under the key is refused and not done", arguments: RepeatedAct.allCases)
    func otherBody(_ act: RepeatedAct) async throws {
        let work = try await Work()
        _ = try await work.perform(act, in: try work.installation.call(key: "k1"))
        let size = work.installation.broker.snapshot.size
        let error = await expectRefused(.invalid) {
            _ = try await work.perform(act, in: try work.installation.call(key: "k1", body: 2))
        }
        if case .invalid(let field, _)? = error { #expect(field == "Idempotency-Key") }
        let otherAct: RepeatedAct = act == .rotate ? .revoke : .rotate
        await expectRefused(.invalid) {
            _ = try await work.perform(otherAct, in: try work.installation.call(key: "k1"))
        }
        #expect(work.installation.broker.snapshot.size == size)
    }

    @Test("T13 another identity's keys are separate: it is told nothing of what the first one did")
    func otherIdentity() async throws {
        let work = try await Work()
        try await work.installation.entitle("person/backup", to: "admin")
        let backup = try await work.installation.caller("backup")
        let first = try await work.perform(.revoke, in: try work.installation.call(key: "k1"))
        let second = try await work.perform(.revoke, by: backup, in: try work.installation.call(key: "k1"))
        #expect(first != second)
    }

    enum End: String, CaseIterable { case session, suspended, offboarded, role }

    @Test("T13 who was cut or offboarded meanwhile is told nothing", arguments: End.allCases, RepeatedAct.allCases)
    func afterTheEnd(_ end: End, _ act: RepeatedAct) async throws {
        // Amending and asking is every administrator's; the others are told apart by one entry each.
        let work = try await Work()
        let installation = work.installation
        try await installation.entitle("person/backup", to: "admin")
        let backup = try await installation.caller("backup")
        let plan = act == .estate
        guard !plan else { return }
        _ = try await work.perform(act, by: backup, in: try installation.call(key: "k1"))
        let admin = try await installation.caller("admin")
        switch end {
        case .session:
            let reference = try #require(backup.proof.references.first { $0.kind == .authentication })
            try await installation.node.cut(reference)
        case .suspended: try await installation.setState("person/backup", .suspended)
        case .offboarded:
            _ = try await installation.broker.offboard(
                try ObjectReference("person/backup"), to: nil, reason: .unspecified, by: admin,
                in: try installation.call())
        case .role:
            _ = try await installation.broker.decide(
                .end(.privilegeWithdrawn), on: try installation.entitlement("person/backup", "admin").id,
                expectedVersion: nil, by: admin, in: try installation.call())
        }
        await expectRefused(.denied, .notFound, .unauthenticated) {
            _ = try await work.perform(act, by: backup, in: try installation.call(key: "k1"))
        }
    }

    @Test("a key is free again after a day")
    func afterADay() async throws {
        let work = try await Work()
        let first = try await work.perform(.revoke, in: try work.installation.call(key: "k1"))
        work.installation.clock.advance(seconds: 86_400)
        let admin = try await work.installation.caller("admin")
        #expect(try await work.perform(.revoke, by: admin, in: try work.installation.call(key: "k1", body: 2)) != first)
    }
    @Test("what is said of an operation to have been recorded is decided on from then on")
    func askedFor() async throws {
        let installation = try await TestInstallation.start()
        let reference = LineageReference(.identity, try installation.identity("workload/deploy").number)
        let admin = try await installation.caller("admin")
        let known = installation.broker.snapshot
        // Written beneath this node, as by a COMMIT of which it did not hear.
        let recorded = try await installation.otherNode().cut(reference)
        #expect(installation.broker.snapshot.size == known.size)
        let stored = try await installation.broker.operation(recorded.operation, by: admin)
        #expect(stored?.index == recorded.firstIndex)
        #expect(installation.broker.snapshot.mark(reference)?.cutIndex == recorded.firstIndex)
    }
}
