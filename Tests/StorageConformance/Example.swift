internal import AuditLog
internal import Storage
internal import TenureModel

/// Makes the objects of a small estate: a person, a workload of theirs, a trust, a profile, an entitlement.
struct Example: Sendable {
    let person: PersonID
    let workload: WorkloadID
    let trust: TrustID
    let profile: ProfileID
    let entitlement: EntitlementID

    /// Ids that differ for each `seed`.
    init(seed: UInt64 = 1) {
        person = Self.id(seed, 1)
        workload = Self.id(seed, 2)
        trust = Self.id(seed, 3)
        profile = Self.id(seed, 4)
        entitlement = Self.id(seed, 5)
    }

    static let now = Timestamp(clampingSeconds: 1_800_000_000)

    static func id<Kind>(_ seed: UInt64, _ part: UInt64) -> Identifier<Kind> {
        Identifier(high: 0x0190_0000_0000_7000 + part, low: 0x8000_0000_0000_0000 + seed)
    }

    static func name(_ text: String) -> Name {
        do { return try Name(text) } catch { preconditionFailure("not a name: \(text)") }
    }

    static func sentence(_ text: String) -> Sentence {
        do { return try Sentence(text) } catch { preconditionFailure("not a sentence") }
    }

    func personRow(name: String = "ada", version: Int64 = 1, number: Int64 = -1, state: IdentityState = .active)
        -> AuditedRow
    {
        IdentityTable.row(
            for: Identity(
                id: .person(person), number: number, version: version, name: Self.name(name), state: state,
                body: .person))
    }

    func workloadIdentity(
        version: Int64 = 1, number: Int64 = -1, state: IdentityState = .active, owner: PersonID? = nil,
        name: String = "builder"
    ) -> Identity {
        Identity(
            id: .workload(workload), number: number, version: version, name: Self.name(name), state: state,
            body: .workload(
                Workload(
                    workloadClass: .ciJob, owner: .person(owner ?? person), backupOwner: nil,
                    purpose: Self.sentence("builds é things"), environment: Self.name("production"))))
    }

    func workloadRow(
        version: Int64 = 1, number: Int64 = -1, state: IdentityState = .active, name: String = "builder"
    ) -> AuditedRow {
        IdentityTable.row(for: workloadIdentity(version: version, number: number, state: state, name: name))
    }

    func trustValue(name: String = "builder-github", version: Int64 = 1, number: Int64 = -1) -> Trust {
        Trust(
            id: trust, number: number, version: version, name: Self.name(name), identity: .workload(workload),
            state: .active,
            method: .oidc(
                OIDCTrust(
                    preset: .github, issuer: "https://token.actions.githubusercontent.com", keys: .discovery,
                    caPEM: nil, networks: [], audience: "tenure",
                    conditions: [ClaimCondition(claim: "repository_id", value: .number(12))],
                    presentations: .count(20))))
    }

    func profileValue(name: String = "deploy", version: Int64 = 1, number: Int64 = -1) -> Profile {
        do {
            return Profile(
                id: profile, number: number, version: version, name: Self.name(name), state: .active,
                environment: Self.name("production"), approval: .none,
                body: .token(
                    TokenProfile(
                        audiences: [try Audience("api.example")], scopes: [try Scope("deploy")],
                        lifetime: try Lifetime(seconds: 900), maximumLifetime: try Lifetime(seconds: 3600),
                        bare: false)))
        } catch {
            preconditionFailure("not a profile")
        }
    }

    func entitlementValue(version: Int64 = 1, number: Int64 = -1, state: Entitlement.State = .active) -> Entitlement {
        Entitlement(
            id: entitlement, number: number, version: version, identity: .workload(workload), profile: profile,
            state: state,
            terms: EntitlementTerms(
                justification: Self.sentence("it deploys"), starts: Self.now, ends: nil, review: nil,
                constraints: .unconstrained),
            granter: .identity(.person(person)), approver: .policy("deploy@1"))
    }

    /// One entry for each, in the order in which they refer to each other.
    func entries(suffix: String = "") -> [PendingEntry] {
        [
            Self.entry(.identityWrite, rows: [personRow(name: "ada" + suffix)]),
            Self.entry(.identityWrite, rows: [workloadRow(name: "builder" + suffix)]),
            Self.entry(.trustWrite, rows: [TrustTable.row(for: trustValue(name: "builder-github" + suffix))]),
            Self.entry(.profileWrite, rows: [ProfileTable.row(for: profileValue(name: "deploy" + suffix))]),
            Self.entry(.entitlementRequest, rows: [EntitlementTable.row(for: entitlementValue())]),
        ]
    }

    static func entry(
        _ act: Act, at time: Timestamp = now, rows: [AuditedRow] = [], marks: [PendingMark] = []
    ) -> PendingEntry {
        PendingEntry(
            entry: AuditEntry(at: time, act: act, actor: .broker, object: rows.first?.key, source: nil), rows: rows,
            marks: marks)
    }

    static func operation(
        _ number: UInt64, _ act: Act = .tokenIssue, identity: IdentityID? = nil, key: String? = nil,
        object: String? = nil, hash: UInt8 = 7
    ) -> OperationRecord {
        OperationRecord(
            id: id(number, 6), act: act, identity: identity, idempotencyKey: key,
            requestHash: [UInt8](repeating: hash, count: 32), object: object)
    }
}

extension Example {
    /// The objects' numbers, once their entries are the ones from `first` on.
    func token(_ number: UInt64, first: Int64 = 0, floor: Int64, authentication: Int64 = 1 << 62) -> Credential {
        do {
            return credential(
                number, kind: .token, first: first, floor: floor, authentication: authentication, subjectKey: nil,
                body: .token(audience: try Audience("api.example"), scopes: [try Scope("deploy")], keyID: "00ff"))
        } catch {
            preconditionFailure("not a token")
        }
    }

    func certificate(_ number: UInt64, first: Int64 = 0, floor: Int64, serial: [UInt8]? = nil) -> Credential {
        credential(
            number, kind: .certificate, first: first, floor: floor, authentication: 1 << 62, subjectKey: 77,
            body: .certificate(
                issuer: Self.id(1, 8), serial: serial ?? [1, UInt8(truncatingIfNeeded: number)], shard: 1,
                der: [0x30, 0x00], replaces: nil))
    }

    private func credential(
        _ number: UInt64, kind: Credential.Kind, first: Int64, floor: Int64, authentication: Int64,
        subjectKey: Int64?, body: CredentialBody
    ) -> Credential {
        let id: CredentialID = Self.id(number, 7)
        let own = LineageReference.credential(id).number
        return Credential(
            id: id, kind: kind, index: -1, floor: floor, identity: .workload(workload), identityVersion: 1,
            owner: .person(person), ownerVersion: 1, environment: Self.name("production"),
            purpose: Self.sentence("builds é things"), entitlement: entitlement, entitlementVersion: 1,
            profile: profile, profileVersion: 1, trust: trust, trustVersion: 1, notBefore: Self.now,
            notAfter: Self.now.adding(seconds: 900),
            lineage: Lineage(
                identity: first + 1, owner: first, entitlements: [first + 4], profile: first + 3, trust: first + 2,
                environment: 11, instance: 12, credential: own, family: own, authentication: authentication,
                subjectKey: subjectKey, signingKey: 15),
            body: body)
    }

    /// A member that records one credential, resting on all that it hangs on.
    static func issuance(
        _ credential: Credential, operation: UInt64, key: String? = nil, presentation: Presentation? = nil,
        liveBound: LiveBound? = nil
    ) -> RecordingMember {
        RecordingMember(
            operation: Self.operation(
                operation, credential.kind == .token ? .tokenIssue : .certificateIssue, identity: credential.identity,
                key: key, object: credential.id.text),
            floor: credential.floor, references: credential.lineage.references,
            entries: [Self.entry(.tokenIssue, rows: [CredentialTable.row(for: credential)])],
            presentation: presentation, liveBound: liveBound)
    }
}
