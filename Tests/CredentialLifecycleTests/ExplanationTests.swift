internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Explanations")
struct ExplanationTests {
    private static func revoke(
        _ target: String, _ reason: RevocationReason, _ installation: TestInstallation
    ) async throws -> Int64 {
        let outcome = try await installation.broker.revoke(
            .object(try ObjectReference(target)), reason: reason, by: try await installation.presenting("admin"),
            in: try installation.call())
        return try #require(outcome.recorded?.firstIndex)
    }

    @Test("of several cuts the first is what ended a credential, also where the same reference was cut again")
    func firstCut() async throws {
        let installation = try await TestInstallation.start()
        let admin = try await installation.caller("admin")
        let entitlement = "entitlement/\(try installation.entitlement("workload/deploy", "ci-token").id)"
        let before = try await Self.revoke("workload/deploy", .superseded, installation)
        let held = try await installation.token(try await installation.caller("deploy"))
        let lives = try await installation.broker.explain(held.id.text, by: admin)
        #expect(before < held.index && lives.view.state == .active && lives.view.killedBy == nil)

        let first = try await Self.revoke(entitlement, .privilegeWithdrawn, installation)
        installation.clock.advance(seconds: 60)
        let second = try await Self.revoke("workload/deploy", .superseded, installation)
        let third = try await Self.revoke(entitlement, .unspecified, installation)
        #expect(first < second && second < third)
        let death = try #require(try await installation.broker.explain(held.id.text, by: admin).view.killedBy)
        #expect(death.cutIndex == first && death.reference.kind == .entitlement)
        #expect(death.reason == .privilegeWithdrawn)
        #expect(death.by?.id == (try installation.identity("person/admin").id.text))
        #expect(death.at == installation.clock.now.adding(seconds: -60))
        // A list reads no history: of the marks as they are now, the earliest.
        let listed = try await installation.broker.credentialView(held.id.text, by: admin)
        #expect(listed.killedBy?.cutIndex == second)
    }

    @Test("a version says when it was asked for and when it was approved, however many entries lie between")
    func grant() async throws {
        let installation = try await TestInstallation.start()
        try await installation.entitle("person/backup", to: "reviewer")
        let asked = installation.clock.now
        let waiting = try await installation.entitle("workload/checkout", to: "release-token")
        #expect(waiting.state == .requested)
        installation.clock.advance(seconds: 3_600)
        for _ in 0..<50 { _ = try await installation.session("deploy") }
        let approved = try await installation.broker.decide(
            .approve, on: waiting.id, expectedVersion: waiting.version, by: try await installation.caller("backup"),
            in: try installation.call()
        ).0
        let approvedAt = installation.clock.now
        installation.clock.advance(seconds: 60)
        let held = try await installation.token(
            try await installation.caller("checkout"), profile: "release-token", audience: "releases")
        let admin = try await installation.caller("admin")
        let explanation = try await installation.broker.explain(held.id.text, by: admin)
        #expect(explanation.entitlement == approved)
        #expect(explanation.grant.grantedAt == asked && explanation.grant.approvedAt == approvedAt)
        let written = try #require(try await installation.broker.ledger.entry(explanation.grant.index))
        #expect(try EntryEncoding.decode(written.body).object == approved.versionText)
    }

    @Test("the owner of a workload is told why its login was refused, and nothing of other workloads")
    func owner() async throws {
        let installation = try await TestInstallation.start()
        let token = try await installation.issuer.token([
            ("iss", "\"\(TestIssuer.url)\""), ("aud", "\"tenure\""), ("sub", "\"deploy\""),
            ("exp", String(installation.clock.now.seconds + 600)), ("repository", "\"acme/fork\""),
            ("ref", "\"refs/heads/main\""),
        ])
        let error = await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(token), source: TestInstallation.source)
        }
        guard case .unauthenticated(let login?)? = error else {
            Issue.record("no login")
            return
        }
        let whole = try await installation.broker.explain(login: login, by: try await installation.caller("admin"))
        let told = try await installation.broker.explain(login: login, by: try await installation.caller("owner"))
        let snapshot = installation.broker.snapshot
        func trusts(_ entry: AuditEntry) -> [Trust] {
            entry.details.compactMap { member in
                guard member.key.hasPrefix("trust."), case .text(let text) = member.value else { return nil }
                return (try? TrustID(text)).flatMap { snapshot.trust($0) }
            }
        }
        // Theirs, and what a team of theirs owns.
        let owners = [try installation.identity("person/owner").id, try installation.identity("team/platform").id]
        func isOwned(_ trust: Trust) -> Bool {
            snapshot.identity(trust.identity)?.workload.map { owners.contains($0.owner) } ?? false
        }
        #expect(!trusts(whole.entry).allSatisfy(isOwned))
        #expect(!trusts(told.entry).isEmpty && trusts(told.entry).allSatisfy(isOwned))
        let bounds = told.entry.details.filter { $0.key.hasPrefix("bound.") }
        #expect(!bounds.isEmpty && bounds.count < whole.entry.details.filter { $0.key.hasPrefix("bound.") }.count)
        // T7: for whom it is about nothing of theirs, there is no such login.
        let unknown: LoginID = try installation.broker.makeID()
        for (id, name) in [(login, "deploy"), (unknown, "deploy"), (unknown, "owner"), (unknown, "admin")] {
            await expectRefused(.notFound, because: name) {
                _ = try await installation.broker.explain(login: id, by: try await installation.caller(name))
            }
        }
    }

    @Test("T17 a token presented beyond its count is an entry that names the owner, and the owner reads it")
    func overuse() async throws {
        let installation = try await TestInstallation.start()
        var desired = DesiredState()
        desired.trusts = [
            try installation.trust(
                of: "workload/checkout", subject: "once", name: "checkout-once", presentations: .once)
        ]
        _ = try await installation.broker.change(
            to: desired, as: .trustWrite, by: try await installation.caller("admin"), in: try installation.call())
        let text = try await installation.oidcToken("once")
        func present() async throws {
            let caller = try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
            _ = try await installation.broker.login(caller, in: try installation.call())
        }
        try await present()
        let error = await expectRefused(.unauthenticated) { try await present() }
        guard case .unauthenticated(let login?)? = error else {
            Issue.record("no login")
            return
        }
        let told = try await installation.broker.explain(login: login, by: try await installation.caller("owner"))
        #expect(told.entry.why == "unauthenticated")
        #expect(told.entry.details.contains(.init("owner", .text("person/owner"))))
        #expect(told.entry.details.contains(.init("reason", .text("presented too often"))))
        #expect(told.entry.actor.id == (try installation.identity("workload/checkout").id.text))
    }
}
