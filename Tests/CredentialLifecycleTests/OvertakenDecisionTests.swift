internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

/// A decision is taken on one node's snapshot; before it is recorded, another node commits a cut on the same file. The
/// first node learns of it from the marks alone, after its lock.
@Suite("Decisions that a cut overtakes")
struct OvertakenDecisionTests {
    /// What kind of reference of which caller is cut.
    static let kinds = LineageReference.Kind.allCases

    @Test("T35 a cut on any reference of a token leaves nothing decided before it", arguments: kinds)
    func token(_ kind: LineageReference.Kind) async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let caller = try await installation.caller("deploy")
        let sample = try await installation.token(caller)
        let lineage = try #require(try await installation.broker.ledger.credential(sample.id)).lineage
        try await other.recorder.refresh()
        let references = lineage.references.filter { $0.kind == kind }
        let cut = try await other.cut(references.first ?? LineageReference(kind, 1))
        let recorded = try await Self.tokens(of: installation, caller, after: cut.firstIndex)
        switch kind {
        // What the session hangs on: it died with the cut. And the key that would have signed.
        case .identity, .trust, .instance, .authentication, .signingKey: #expect(recorded.isEmpty)
        // New things may hang on these, by a decision that knows of the cut.
        case .owner, .entitlement, .profile, .environment: #expect(recorded.allSatisfy { $0.floor > cut.firstIndex })
        // The sample's own, and nothing of what comes after it.
        case .credential, .family, .subjectKey: #expect(recorded.count == 1)
        }
        for credential in recorded {
            #expect(
                installation.broker.snapshot.firstKill(
                    of: credential.lineage.references, at: credential.position) == nil)
        }
    }

    @Test("T35 a cut on any reference of a certificate leaves its renewal undone", arguments: kinds)
    func renewal(_ kind: LineageReference.Kind) async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let lineage = try #require(try await installation.broker.ledger.credential(held.id)).lineage
        let caller = try await installation.presenting(held)
        let reference = try #require(lineage.references.first { $0.kind == kind })
        try await other.recorder.refresh()
        let cut = try await other.cut(reference)
        await expectRefused(.denied, .unavailable) { _ = try await installation.renewal(of: held.id, by: caller) }
        #expect(try await Self.recorded(installation, "workload/checkout", after: cut.firstIndex).isEmpty)
        let newest = try #require(try await installation.broker.ledger.credential(held.id))
        try await installation.node.recorder.refresh()
        #expect(
            installation.broker.snapshot.firstKill(of: newest.lineage.references, at: newest.position) != nil)
    }

    @Test("T35 a session that a certificate opened dies with any cut on the certificate", arguments: kinds)
    func sessionOfCertificate(_ kind: LineageReference.Kind) async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let held = try await installation.certificate(try await installation.caller("deploy"))
        let lineage = try #require(try await installation.broker.ledger.credential(held.id)).lineage
        let certificate = try await installation.presenting(held)
        let reference = try #require(lineage.references.first { $0.kind == kind })
        try await other.recorder.refresh()
        let cut = try await other.cut(reference)
        await expectRefused(.denied, .unavailable) { _ = try await installation.token(certificate) }
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.login(certificate, in: try installation.call())
        }
        #expect(try await Self.recorded(installation, "workload/deploy", after: cut.firstIndex).isEmpty)
    }

    @Test("T35 a key that is blocked between the check of its CSR and the record gets no certificate")
    func blockedKey() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let caller = try await installation.caller("checkout")
        let key = try PrivateKey.generate(.p256)
        try await other.recorder.refresh()
        let cut = try await other.cut(LineageReference.subjectKey(spkiDER: key.publicKey.spkiDER))
        await expectRefused(.request, .denied) { _ = try await installation.certificate(caller, key: key) }
        #expect(try await Self.recorded(installation, "workload/checkout", after: cut.firstIndex).isEmpty)
    }

    @Test("T35 an OIDC issuer that is cut on another node takes sessions and tokens presented before with it")
    func issuer() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let session = try await installation.caller("deploy")
        let presenting = try await installation.presenting("checkout")
        try await other.recorder.refresh()
        let admin = try await installation.presenting("admin", at: other)
        let outcome = try await other.broker.revoke(
            .object(try ObjectReference("issuer/" + TestIssuer.url)), reason: .keyCompromise, by: admin,
            in: try installation.call())
        await expectRefused(.denied) { _ = try await installation.token(session) }
        await expectRefused(.denied) { _ = try await installation.certificate(presenting) }
        for name in ["workload/deploy", "workload/checkout"] {
            #expect(try await Self.recorded(installation, name, after: outcome.cutIndex).isEmpty)
        }
    }

    @Test("T35 the death of an owner on another node ends what was being issued for their workload")
    func owner() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let session = try await installation.caller("deploy")
        try await other.recorder.refresh()
        let admin = try await installation.presenting("admin", at: other)
        let outcome = try await other.broker.offboard(
            try ObjectReference("person/owner"), to: nil, reason: .affiliationChanged, by: admin,
            in: try installation.call())
        let index = try #require(outcome.recorded?.firstIndex)
        await expectRefused(.denied) { _ = try await installation.token(session) }
        await expectRefused(.denied) { _ = try await installation.certificate(session) }
        #expect(try await Self.recorded(installation, "workload/deploy", after: index).isEmpty)
    }

    @Test("T35 where the workload passes on, what is issued after the owner's death is the heir's")
    func heir() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let session = try await installation.caller("deploy")
        try await other.recorder.refresh()
        let admin = try await installation.presenting("admin", at: other)
        let outcome = try await other.broker.offboard(
            try ObjectReference("person/owner"), to: try ObjectReference("person/backup"),
            reason: .affiliationChanged, by: admin, in: try installation.call())
        let index = try #require(outcome.recorded?.firstIndex)
        _ = try await installation.token(session)
        let recorded = try await Self.recorded(installation, "workload/deploy", after: index)
        let backup = try installation.identity("person/backup")
        #expect(recorded.count == 1)
        #expect(recorded.allSatisfy { $0.owner == backup.id && $0.lineage.owner == backup.number && $0.floor > index })
    }

    @Test("T35 in one batch `issue, offboard, issue` the first dies, the last is refused, others are whole")
    func oneBatch() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try await installation.caller("deploy")
        let assistant = try await installation.caller("assistant")
        let admin = try await installation.caller("admin")
        let first = try await installation.token(deploy)
        async let outcome = installation.broker.offboard(
            try ObjectReference("workload/deploy"), to: nil, reason: .unspecified, by: admin,
            in: try installation.call())
        async let neighbour = installation.token(assistant)
        let index = try #require(try await outcome.recorded?.firstIndex)
        await expectRefused(.denied) { _ = try await installation.token(deploy) }
        #expect(try await installation.isAlive(first) == false)
        #expect(try await installation.isAlive(try await neighbour))
        #expect(try await Self.recorded(installation, "workload/deploy", after: index).isEmpty)
    }

    // MARK: What was recorded

    private static func tokens(
        of installation: TestInstallation, _ caller: AuthenticatedCaller, after index: Int64
    ) async throws -> [Credential] {
        do {
            _ = try await installation.token(caller)
        } catch is LifecycleError {
            // What was recorded is looked at below, whatever the answer was.
        }
        return try await recorded(installation, "workload/deploy", after: index)
    }

    private static func recorded(
        _ installation: TestInstallation, _ identity: String, after index: Int64
    ) async throws -> [Credential] {
        let filter = CredentialFilter(identity: try installation.identity(identity).id)
        return try await installation.broker.ledger.credentials(filter, limit: 100).filter { $0.index > index }
    }
}
