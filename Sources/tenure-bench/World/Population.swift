internal import AuditLog
internal import Foundation
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
internal import TenureModel

/// A database with an owner, workloads, a trust, a profile and an entitlement, and the one recorder that writes to it.
struct Population: Sendable {
    static let now = Timestamp(clampingSeconds: 1_795_442_400)
    static let workloadCount = 3

    let log = LogID(0x9F3A_01BC)
    let engine: CountingEngine
    let recorder: Recorder
    private let leader: Task<Void, Never>
    private let workloads: [Identity]

    private static let person: PersonID = id(1, kind: 1)
    private static let trust: TrustID = id(1, kind: 3)
    private static let profile: ProfileID = id(1, kind: 4)
    private static let entitlement: EntitlementID = id(1, kind: 5)

    /// Makes the database at a path, or opens it again.
    static func make(path: String) async throws -> Population {
        let sqlite = try SQLiteEngine(path: path)
        _ = try await SchemaMigrator.migrate(sqlite)
        let engine = CountingEngine(sqlite)
        let signer = try NoteSigner(name: "example.org/tenure/9f3a01bc", key: .generate(.ed25519))
        let recorder = try await Recorder.open(engine, signer: signer, witness: nil) {
            Timestamp(clampingMilliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }
        let leader = Task { await recorder.run() }
        if recorder.snapshot.size == 0 {
            let entries = try founding()
            let operation = operation(0, object: nil)
            _ = try await recorder.act(operation, priority: .change) { (_) throws(RecordingRefusal) in
                ActOutcome(value: 0, entries: entries)
            }.get()
        }
        let workloads = recorder.snapshot.identities.filter { $0.workload != nil }
        guard workloads.count >= workloadCount else { throw BenchFault("the population is not what was made") }
        return Population(engine: engine, recorder: recorder, leader: leader, workloads: workloads)
    }

    private init(engine: CountingEngine, recorder: Recorder, leader: Task<Void, Never>, workloads: [Identity]) {
        self.engine = engine
        self.recorder = recorder
        self.leader = leader
        self.workloads = workloads
    }

    func close() async throws {
        recorder.stop()
        await leader.value
        try engine.engine.close()
    }

    func workload(_ place: Int) -> Identity { workloads[place % workloads.count] }

    /// A token's credential; numbers must not repeat.
    func credential(
        _ number: UInt64, of place: Int = 0, signingKey: Int64 = 1 << 62 | 15, endsAfter seconds: Int64 = 900
    ) throws -> Credential {
        let id: CredentialID = Self.id(number, kind: 7)
        let workload = workload(place)
        guard let body = workload.workload else { throw BenchFault("no workload") }
        return Credential(
            id: id, kind: .token, index: -1, floor: recorder.snapshot.size, identity: workload.id,
            identityVersion: workload.version, owner: body.owner, ownerVersion: 1, environment: body.environment,
            purpose: body.purpose, entitlement: Self.entitlement, entitlementVersion: 1, profile: Self.profile,
            profileVersion: 1, trust: Self.trust, trustVersion: 1, notBefore: Self.now,
            notAfter: Self.now.adding(seconds: seconds),
            lineage: try lineage(of: id, workload, signingKey: signingKey),
            body: .token(audience: try Audience("registry"), scopes: [try Scope("push")], keyID: "00ff00ff00ff00ff"))
    }

    private func lineage(of id: CredentialID, _ workload: Identity, signingKey: Int64) throws -> Lineage {
        let snapshot = recorder.snapshot
        guard let trust = snapshot.trust(Self.trust), let profile = snapshot.profile(Self.profile),
            let entitlement = snapshot.entitlement(Self.entitlement),
            let owner = snapshot.identity(.person(Self.person))
        else { throw BenchFault("the population is not what was made") }
        let own = LineageReference.credential(id).number
        return Lineage(
            identity: workload.number, owner: owner.number, entitlements: [entitlement.number], profile: profile.number,
            trust: trust.number, environment: LineageReference.environment(try Name("production")).number,
            instance: LineageReference.instance(identity: workload.id, text: "run").number, credential: own,
            family: own,
            authentication: LineageReference.authentication(issuer: "https://issuer.example", jti: id.text).number,
            subjectKey: nil, signingKey: signingKey)
    }

    /// What issuance hands to the recorder for a credential.
    func member(_ credential: Credential, _ number: UInt64) -> RecordingMember {
        let entry = Self.entry(
            .tokenIssue, CredentialTable.row(for: credential),
            details: [.init("audience", .text("registry")), .init("scopes", .list([.text("push")]))])
        return RecordingMember(
            operation: Self.operation(number, object: credential.id.text), floor: credential.floor,
            references: credential.lineage.references, entries: [entry])
    }

    /// Records one credential and returns its receipt.
    func record(_ credential: Credential) async throws -> AuditReceipt {
        let recorded = try await recorder.record(member(credential, 1)).get()
        guard let receipt = recorded.receipts.first else { throw BenchFault("no receipt") }
        return receipt
    }

    /// Issues as many credentials as there are numbers, with so many requesters at once, each waiting for its own.
    func fill(_ numbers: Range<UInt64>, requesters: Int, of place: Int = 0, endsAfter seconds: Int64 = 900) async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for requester in 0..<UInt64(requesters) {
                group.addTask {
                    var number = numbers.lowerBound + requester
                    while number < numbers.upperBound {
                        let credential = try credential(number, of: place, endsAfter: seconds)
                        _ = try await recorder.record(member(credential, number)).get()
                        number += UInt64(requesters)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Adds workloads of the same owner, in acts of 256 entries, the most that needs no pause after it.
    func addWorkloads(_ count: Int) async throws {
        for first in stride(from: 0, to: count, by: 256) {
            let entries = try (first..<min(first + 256, count)).map { place in
                let workload = try Self.workload(Self.id(UInt64(place), kind: 9), name: "more-\(place)")
                return Self.entry(.identityWrite, IdentityTable.row(for: workload), details: [])
            }
            // Apart from the founding's operation, which is number 0, and from those of credentials.
            let operation = Self.operation(1 << 48 | UInt64(first), object: "estate")
            _ = try await recorder.act(operation, priority: .change) { (_) throws(RecordingRefusal) in
                ActOutcome(value: 0, entries: entries)
            }.get()
        }
    }

    /// Cuts references by one act, as a revocation does.
    func revoke(_ references: [LineageReference], number: UInt64) async throws {
        let marks = references.map { PendingMark($0, cuts: true, reason: .unspecified) }
        var entry = Self.entry(.revocationCreate, nil, details: [])
        entry.marks = marks
        let decided = entry
        _ = try await recorder.act(Self.operation(number, object: nil), priority: .kill) {
            (_) throws(RecordingRefusal) in
            ActOutcome(value: 0, entries: [decided])
        }.get()
    }
}

extension Population {
    /// Ids as they come, sorted by time.
    static func id<Kind>(_ number: UInt64, kind: UInt64) -> Identifier<Kind> {
        Identifier(
            high: (0x019D_0000_0000 + number / 100) << 16 | 0x7000 | kind,
            low: 1 << 63 | (number &* 0x9E37_79B9_7F4A_7C15) >> 2)
    }

    static func workload(_ id: WorkloadID, name: String) throws -> Identity {
        let body = Workload(
            workloadClass: .ciJob, owner: .person(person), backupOwner: nil,
            purpose: try Sentence("Builds the shop and pushes its images"), environment: try Name("production"))
        return Identity(
            id: .workload(id), number: -1, version: 1, name: try Name(name), state: .active, body: .workload(body))
    }

    private static func operation(_ number: UInt64, object: String?) -> OperationRecord {
        OperationRecord(
            id: id(number, kind: 6), act: object == nil ? .revocationCreate : .tokenIssue, identity: nil,
            idempotencyKey: nil, requestHash: [UInt8](repeating: 1, count: 32), object: object)
    }

    private static func entry(_ act: Act, _ row: AuditedRow?, details: [AuditDetail.Member]) -> PendingEntry {
        PendingEntry(
            entry: AuditEntry(
                at: now, act: act, actor: .broker, object: row?.key, entitlement: entitlement.text + "@1",
                source: "203.0.113.7", details: details),
            rows: row.map { [$0] } ?? [])
    }

    private static func founding() throws -> [PendingEntry] {
        let owner = Identity(
            id: .person(person), number: -1, version: 1, name: try Name("ada"), state: .active, body: .person)
        let workloads = try (0..<workloadCount).map { try workload(id(UInt64($0), kind: 2), name: "build-\($0)") }
        let trust = Trust(
            id: trust, number: -1, version: 1, name: try Name("ci"), identity: workloads[0].id, state: .active,
            method: .bootstrap(BootstrapTrust(secretHash: [UInt8](repeating: 1, count: 32), ends: now)))
        let lifetime = try Lifetime(seconds: 900)
        let profile = Profile(
            id: profile, number: -1, version: 1, name: try Name("ci-token"), state: .active,
            environment: try Name("production"), approval: .none,
            body: .token(
                TokenProfile(
                    audiences: [try Audience("registry")], scopes: [try Scope("push")], lifetime: lifetime,
                    maximumLifetime: lifetime, bare: false)))
        let entitlement = Entitlement(
            id: entitlement, number: -1, version: 1, identity: workloads[0].id, profile: profile.id, state: .active,
            terms: EntitlementTerms(
                justification: try Sentence("It builds"), starts: now, ends: nil, review: nil,
                constraints: .unconstrained), granter: .policy("bench"), approver: .policy("bench"))
        let rows =
            [IdentityTable.row(for: owner)] + workloads.map(IdentityTable.row) + [TrustTable.row(for: trust)]
            + [ProfileTable.row(for: profile), EntitlementTable.row(for: entitlement)]
        return rows.map { entry(.identityWrite, $0, details: []) }
    }
}
