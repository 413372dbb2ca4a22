internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureAPI
internal import TenureModel
internal import Testing

@Suite("Cases and their receipts")
struct CaseTests {
    private static func offboard(
        _ installation: TestInstallation, _ target: String = "person/owner", to heir: String? = nil,
        isDryRun: Bool = false
    ) async throws -> OffboardingOutcome {
        try await installation.broker.offboard(
            try ObjectReference(target), to: try heir.map { try ObjectReference($0) }, reason: .affiliationChanged,
            by: try await installation.caller("admin"), in: try installation.call(isDryRun: isDryRun))
    }

    /// The case as an administrator reads it.
    private static func shown(_ installation: TestInstallation, _ id: CaseID?) async throws -> CaseAnswer {
        try await installation.broker.caseAnswer(try #require(id), by: try await installation.caller("admin"))
    }

    private static func dead(_ installation: TestInstallation, _ id: CaseID?) async throws -> [String] {
        var ids: [String] = []
        var after: CredentialID?
        repeat {
            let page = try await installation.broker.deadAnswer(
                of: try #require(id), after: after, limit: 2, by: try await installation.caller("admin"))
            ids += page.items
            after = try page.nextPageToken.map { try CredentialID($0) }
        } while after != nil
        return ids
    }

    private static func key(_ installation: TestInstallation) -> VerifierKey {
        installation.node.installation.signer.verifierKey
    }

    @Test("an applied case is closed by a receipt that proves its marks and its dead")
    func receipt() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try await installation.caller("deploy")
        let tokens = [try await installation.token(deploy), try await installation.token(deploy)]
        let certificate = try await installation.certificate(try await installation.caller("checkout"))
        _ = try await installation.broker.revoke(
            .object(try ObjectReference("credential/" + tokens[0].id.text)), reason: .superseded,
            by: try await installation.caller("admin"), in: try installation.call())
        _ = try await installation.token(try await installation.caller("assistant"))
        let outcome = try await Self.offboard(installation)
        let open = try await Self.shown(installation, outcome.id)
        #expect(open.state == "applied" && open.receipt == nil && open.remaining == nil)
        #expect(open.plan.ends == ["person/owner", "workload/deploy", "workload/checkout"])
        await installation.broker.workOnCases()
        let closed = try await Self.shown(installation, outcome.id)
        #expect(closed.state == "closed" && closed.plan == open.plan && closed.auditIndex == open.auditIndex)
        let answer = try #require(closed.receipt)
        let receipt = try ReceiptVerifier.verify(note: answer.note, log: Self.key(installation))
        #expect(receipt.caseID == outcome.id && receipt.target == "person/owner")
        #expect(receipt.endedCount == 3 && receipt.passedCount == 0 && receipt.markCount == 3)
        #expect(
            receipt.tokenCount == outcome.counts?.tokens && receipt.certificateCount == outcome.counts?.certificates)
        #expect(receipt.tokenCount == 1 && receipt.certificateCount == 1)
        #expect(receipt.lags == [.init(profile: "service-tls", seconds: 3_600)])
        #expect(receipt.states == ["recorded", "counted", "listed"])
        let dead = try await Self.dead(installation, outcome.id)
        #expect(Set(dead) == [tokens[1].id.text, certificate.id.text])
        #expect(CaseReceipt.root(ofDead: dead.reversed()) == receipt.deadRoot)
        #expect(CaseReceipt.root(ofDead: dead.dropLast()) != receipt.deadRoot)
        #expect(answer.counts == CountsAnswer(token: 1, certificate: 1) && answer.marks.count == 3)
    }

    @Test("a receipt with a byte changed, or of another log, is not believed")
    func forged() async throws {
        let installation = try await TestInstallation.start()
        _ = try await installation.certificate(try await installation.caller("checkout"))
        let outcome = try await Self.offboard(installation)
        await installation.broker.workOnCases()
        let note = try #require(try await Self.shown(installation, outcome.id).receipt).note
        let key = Self.key(installation)
        _ = try ReceiptVerifier.verify(note: note, log: key)
        let bytes = Array(note.utf8)
        for place in stride(from: 0, to: bytes.count, by: 11) {
            var changed = bytes
            changed[place] ^= 1
            guard let text = String(validating: changed, as: UTF8.self) else { continue }
            #expect(throws: ReceiptError.self, "byte \(place)") { try ReceiptVerifier.verify(note: text, log: key) }
        }
        let other = try await TestInstallation.start()
        #expect(throws: ReceiptError.self) { try ReceiptVerifier.verify(note: note, log: Self.key(other)) }
    }

    @Test("a receipt signed by a key that no entry certifies is not believed")
    func uncertified() async throws {
        let installation = try await TestInstallation.start()
        let outcome = try await Self.offboard(installation)
        await installation.broker.workOnCases()
        let note = try #require(try await Self.shown(installation, outcome.id).receipt).note
        let key = Self.key(installation)
        let text = try SignedNote(note).text
        // The log's own key signs heads, and no receipts.
        #expect(throws: ReceiptError.self) {
            try ReceiptVerifier.verify(note: try installation.node.installation.signer.sign(text), log: key)
        }
        // A mark that is not among those of the receipt, and an entry that is none.
        var receipt = try #require(CaseReceipt(uncheckedNote: note))
        receipt.marks[0].index += 1
        let moved = receipt.text(origin: key.name + "/receipt")
        #expect(throws: ReceiptError.self) {
            try ReceiptVerifier.verify(note: try installation.node.installation.signer.sign(moved), log: key)
        }
    }

    @Test("a case survives the end of its process, and another node closes it")
    func restart() async throws {
        let installation = try await TestInstallation.start()
        let outcome = try await Self.offboard(installation)
        await installation.node.stop()
        let other = try await installation.otherNode()
        await other.broker.workOnCases()
        let admin = try await installation.presenting("admin", at: other)
        let answer = try await other.broker.caseAnswer(try #require(outcome.id), by: admin)
        #expect(answer.state == "closed" && answer.receipt != nil)
    }

    @Test("who may not know of the target does not know of its case; its owner does")
    func readers() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try await Self.offboard(installation, "workload/deploy")
        let id = try #require(deploy.id)
        let owner = try await installation.caller("owner")
        #expect(try await installation.broker.caseAnswer(id, by: owner).state == "applied")
        #expect(
            try await installation.broker.caseAnswers(before: nil, limit: 10, by: owner).items.map(\.id) == [id.text])
        let stranger = try await installation.caller("checkout")
        await expectRefused(.notFound) { _ = try await installation.broker.caseAnswer(id, by: stranger) }
        await expectRefused(.notFound) {
            _ = try await installation.broker.deadAnswer(of: id, after: nil, limit: 10, by: stranger)
        }
        #expect(try await installation.broker.caseAnswers(before: nil, limit: 10, by: stranger).items.isEmpty)
    }

    @Test("P3 of more than a thousand workloads the leaver ends first; none escapes by another owner or a crash")
    func manyWorkloads() async throws {
        let installation = try await TestInstallation.start()
        try await installation.ownMany(1_001)
        let deploy = try await installation.caller("deploy")
        let held = try await installation.token(deploy)
        let preview = try await Self.offboard(installation, isDryRun: true)
        let outcome = try await Self.offboard(installation)
        #expect(outcome.state == .approved && outcome.counts == nil && outcome.plan == preview.plan)
        #expect(outcome.plan.ends.count == 1_004)
        #expect(try installation.identity("person/owner").state == .ended)
        await expectRefused(.noLivingOwner, .denied) { _ = try await installation.token(deploy) }
        let id = try #require(outcome.id)
        #expect(try await Self.shown(installation, id).remaining == 1_003)
        #expect(try await installation.broker.takeStep(ofCase: id))
        #expect(try await Self.shown(installation, id).remaining == 753)
        await expectRefused(.conflict) { try await installation.own("workload/many-1000", by: "person/backup") }
        #expect(try await Self.shown(installation, id).remaining == 753)
        await installation.node.stop()
        let other = try await installation.otherNode()
        await other.broker.workOnCases()
        let admin = try await installation.presenting("admin", at: other)
        let closed = try await other.broker.caseAnswer(id, by: admin)
        #expect(closed.state == "closed" && closed.remaining == nil)
        #expect(Set(closed.plan.ends) == Set(preview.plan.ends.map(\.reference.description)))
        let owner = try installation.identity("person/owner").id
        #expect(other.broker.snapshot.workloads(ownedBy: owner).allSatisfy { $0.state == .ended })
        #expect(try await other.broker.introspect(held.text, by: admin) == nil)
        let receipt = try ReceiptVerifier.verify(
            note: try #require(closed.receipt).note, log: other.installation.signer.verifierKey)
        #expect(receipt.endedCount == 1_004 && receipt.markCount == 1_004)
        #expect(receipt.tokenCount == preview.counts?.tokens && receipt.marks.count == CaseReceipt.provenMarksMax)
        let history = try #require(try await other.broker.ledger.offboardingCase(id))
        #expect(
            history.versions.map(\.step.state) == [
                .approved, .approved, .approved, .approved, .approved, .applied, .closed,
            ])
        #expect(history.versions.allSatisfy { $0.step.ends.count <= OffboardingPlan.batchMax })
    }

    @Test("of more than a thousand workloads that pass on each is the heir's; they end where the heir is gone by then")
    func manyPass() async throws {
        let installation = try await TestInstallation.start()
        try await installation.ownMany(1_001)
        let outcome = try await Self.offboard(installation, to: "person/backup")
        let id = try #require(outcome.id)
        #expect(outcome.state == .approved && outcome.plan.passes.count == 1_003)
        #expect(try await installation.broker.takeStep(ofCase: id))
        installation.clock.advance(seconds: 5)
        _ = try await Self.offboard(installation, "person/backup")
        await installation.broker.workOnCases()
        let closed = try await Self.shown(installation, id)
        #expect(closed.state == "closed" && closed.plan.passes.count == 250 && closed.plan.ends.count == 754)
        for owner in ["person/owner", "person/backup"] {
            let id = try installation.identity(owner).id
            #expect(installation.broker.snapshot.workloads(ownedBy: id).allSatisfy { $0.state == .ended })
        }
    }

    @Test("one large act in five seconds on all nodes; a kill of few is never delayed")
    func largeActs() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        try await installation.ownMany(300)
        await expectRefused(.unavailable) { _ = try await Self.offboard(installation) }
        try await other.recorder.refresh()
        let admin = try await installation.presenting("admin", at: other)
        let error = await expectRefused(.unavailable) {
            _ = try await other.broker.offboard(
                try ObjectReference("person/owner"), to: nil, reason: .unspecified, by: admin,
                in: try installation.call())
        }
        if case .busy(_, let seconds)? = error {
            #expect(seconds == 5)
        } else {
            Issue.record("\(String(describing: error))")
        }
        #expect(try installation.identity("person/owner").state == .active)
        _ = try await Self.offboard(installation, "workload/deploy")
        installation.clock.advance(seconds: 5)
        #expect(try await Self.offboard(installation).state == .applied)
    }
}
