internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

/// An act is asked for with a session or a certificate that lives; before it is recorded, another node cuts something
/// on which that hangs.
@Suite("Acts that a cut overtakes")
struct OvertakenActTests {
    /// How the administrator, here a workload, proves who it is.
    enum Proof: String, CaseIterable {
        case session, token, certificate, sessionOfCertificate

        /// Everything that it hangs on.
        var kinds: [LineageReference.Kind] {
            switch self {
            case .token: [.identity, .trust, .authentication, .instance]
            case .session: [.identity, .trust, .authentication, .instance, .signingKey]
            case .sessionOfCertificate: [.identity, .trust, .authentication, .instance, .family, .signingKey]
            case .certificate: LineageReference.Kind.allCases
            }
        }

        func caller(_ installation: TestInstallation) async throws -> AuthenticatedCaller {
            switch self {
            case .token: return try await installation.presenting("checkout")
            case .session: return try await installation.caller("checkout")
            case .certificate, .sessionOfCertificate:
                let held = try await installation.certificate(try await installation.caller("checkout"))
                let presented = try await installation.presenting(held)
                guard self == .sessionOfCertificate else { return presented }
                let session = try await installation.broker.login(presented, in: try installation.call()).text()
                return try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
            }
        }
    }

    enum AdministrativeAct: String, CaseIterable {
        case change, plan, request, amend, end, revoke, offboard, transfer, rotate, keySet, login
    }

    struct Cut: CustomTestStringConvertible {
        let proof: Proof
        let kind: LineageReference.Kind

        static let all = Proof.allCases.flatMap { proof in proof.kinds.map { Cut(proof: proof, kind: $0) } }

        var testDescription: String { "\(proof.rawValue) \(kind.rawValue)" }
    }

    /// What the acts are done with, made before the cut.
    private struct Work {
        let installation: TestInstallation
        let caller: AuthenticatedCaller
        let plan: PlanID
        let entitlement: Entitlement

        init(_ proof: Proof) async throws {
            installation = try await TestInstallation.start()
            try await installation.entitle("workload/checkout", to: "admin")
            caller = try await proof.caller(installation)
            let estate = try EstateFiles.estate("apiVersion: tenure/1\nestate: more\npeople: [{name: mallory}]\n")
            let made = try await installation.broker.plan(estate, by: caller, in: try installation.call())
            plan = try #require(made.id)
            entitlement = try installation.entitlement("workload/deploy", "ci-token")
        }

        func perform(_ act: AdministrativeAct) async throws {
            let broker = installation.broker
            let call = try installation.call()
            switch act {
            case .change:
                var desired = DesiredState()
                desired.identities = [DesiredIdentity(path: "", kind: .person, name: try Name("eve"))]
                _ = try await broker.change(to: desired, as: .identityWrite, by: caller, in: call)
            case .plan: _ = try await broker.apply(plan, by: caller, in: call)
            case .request: _ = try await installation.entitle("workload/assistant", to: "service-tls", by: caller)
            case .amend:
                var terms = entitlement.terms
                terms.justification = try Sentence("Something else")
                _ = try await broker.decide(
                    .amend(terms), on: entitlement.id, expectedVersion: entitlement.version, by: caller, in: call)
            case .end:
                _ = try await broker.decide(
                    .end(.privilegeWithdrawn), on: entitlement.id, expectedVersion: nil, by: caller, in: call)
            case .revoke:
                _ = try await broker.revoke(
                    .object(try ObjectReference("workload/deploy")), reason: .unspecified, by: caller, in: call)
            case .offboard:
                _ = try await broker.offboard(
                    try ObjectReference("workload/deploy"), to: nil, reason: .unspecified, by: caller, in: call)
            case .transfer:
                _ = try await broker.offboard(
                    try ObjectReference("person/owner"), to: try ObjectReference("person/backup"),
                    reason: .unspecified, by: caller, in: call)
            case .rotate: _ = try await broker.rotate(.tokenKeys(try Name("production")), by: caller, in: call)
            case .keySet: _ = try await broker.keySet(of: try Audience("registry"), by: caller, in: call)
            case .login: _ = try await broker.login(caller, in: call)
            }
        }

        /// Tries every act; the node learns nothing of the cut in between, since nothing is recorded.
        func expectAllRefused(after index: Int64) async throws {
            for act in AdministrativeAct.allCases {
                await expectRefused(.denied, .unauthenticated, .unavailable, because: act.rawValue) {
                    try await perform(act)
                }
            }
            let entries = try await installation.broker.ledger.entries(from: index + 1, limit: 100)
            #expect(try entries.allSatisfy { try EntryEncoding.decode($0.body).outcome == .refused })
        }
    }

    @Test("the table names everything on which a proof hangs", arguments: Proof.allCases)
    func table(_ proof: Proof) async throws {
        let work = try await Work(proof)
        #expect(Set(work.caller.proof.references.map(\.kind)) == Set(proof.kinds))
    }

    @Test("T35 whose session or certificate was cut on another node changes nothing", arguments: Cut.all)
    func cut(_ cut: Cut) async throws {
        let work = try await Work(cut.proof)
        let other = try await work.installation.otherNode()
        let reference = try #require(work.caller.proof.references.first { $0.kind == cut.kind })
        let recorded = try await other.cut(reference)
        try await work.expectAllRefused(after: recorded.firstIndex)
    }

    @Test("T35 who lost the role on another node changes nothing", arguments: Proof.allCases)
    func roleLost(_ proof: Proof) async throws {
        let work = try await Work(proof)
        let other = try await work.installation.otherNode()
        let role = try work.installation.entitlement("workload/checkout", "admin")
        let admin = try await work.installation.presenting("admin", at: other)
        let (_, outcome) = try await other.broker.decide(
            .end(.privilegeWithdrawn), on: role.id, expectedVersion: nil, by: admin, in: try work.installation.call())
        let index = try #require(outcome.recorded?.firstIndex)
        // A session may still be renewed; what it may do is nothing.
        for act in AdministrativeAct.allCases where act != .login {
            await expectRefused(.denied, .notFound, .unavailable, because: act.rawValue) { try await work.perform(act) }
        }
        let entries = try await work.installation.broker.ledger.entries(from: index + 1, limit: 100)
        #expect(try entries.allSatisfy { try EntryEncoding.decode($0.body).outcome == .refused })
    }

    @Test("a cut on what only hangs beside the session stops no act", arguments: ["e", "o", "p", "v"])
    func beside(_ letter: String) async throws {
        let work = try await Work(.session)
        let other = try await work.installation.otherNode()
        let kind = try #require(LineageReference.Kind(rawValue: letter))
        let held = try await work.installation.token(try await work.installation.caller("deploy"))
        let lineage = try #require(try await work.installation.broker.ledger.credential(held.id)).lineage
        let reference = try #require(lineage.references.first { $0.kind == kind })
        try await other.recorder.refresh()
        let recorded = try await other.cut(reference)
        try await work.perform(.change)
        #expect(work.installation.broker.snapshot.size > recorded.firstIndex + 1)
        #expect(try work.installation.identity("person/eve").state == .active)
    }
}
