package import APITokens
package import AuditLog
package import Authorization
internal import OpenSSLCrypto
internal import SecretMemory
package import Storage
package import TenureAPI
package import TenureModel

// What answers show of values whose types belong to the targets beneath the lifecycle. This file alone imports those
// targets; routes see only what stands here.

/// Where an act went into the log, as answers say it.
package struct RecordedPlace: Sendable {
    /// The id of the operation.
    package let operation: String
    /// Of its first entry.
    package let index: Int64
    /// The newest one when it was recorded.
    package let checkpoint: CheckpointAnswer
}

extension Recorded {
    /// The same, as answers say it.
    package var place: RecordedPlace {
        RecordedPlace(operation: operation.text, index: firstIndex, checkpoint: CheckpointAnswer(checkpoint))
    }
}

extension CheckpointAnswer {
    /// A checkpoint as answers show it.
    package init(_ checkpoint: Checkpoint) {
        self.init(size: checkpoint.size, root: Base64.text(checkpoint.root), note: checkpoint.note)
    }
}

/// Names of objects by their ids, as of one snapshot.
package struct ObjectNames: Sendable {
    private let snapshot: Snapshot

    /// Names as of now.
    package init(_ broker: Broker) { snapshot = broker.snapshot }

    /// As `workload/deploy`; the bare id of what is not known.
    package func reference(_ id: IdentityID) -> String { snapshot.identity(id)?.reference.description ?? id.text }

    /// As `ada`.
    package func name(_ id: IdentityID) -> String { snapshot.identity(id)?.name.text ?? id.text }

    /// As `profile/ci-token`.
    package func reference(_ id: ProfileID) -> String { "profile/" + (snapshot.profile(id)?.name.text ?? id.text) }

    /// As `trust/deploy-dev`.
    package func reference(_ id: TrustID) -> String { "trust/" + (snapshot.trust(id)?.name.text ?? id.text) }

    /// The newest version of a profile.
    package func profile(_ id: ProfileID) -> Profile? { snapshot.profile(id) }

    /// As `person/ada` or `policy/ci-token@1`.
    package func reference(_ grantor: Grantor) -> String {
        switch grantor {
        case .identity(let id): reference(id)
        case .policy: grantor.text
        }
    }

    /// By `kind/name` or `kind/id`; nil of what is not known.
    package func identity(_ reference: ObjectReference) -> IdentityID? {
        if let id = try? IdentityID(reference.name), ObjectReference.Kind(id.kind) == reference.kind { return id }
        guard let kind = IdentityKind(rawValue: reference.kind.rawValue), let name = try? Name(reference.name) else {
            return nil
        }
        return snapshot.identity(kind: kind, name: name)?.id
    }

    /// What a reference of lineage is of, as `person/ada`; nil of hashed ones and of what is not known.
    package func object(_ reference: LineageReference) -> String? {
        switch reference.kind {
        case .identity, .owner:
            snapshot.identities.first { $0.number == reference.number }?.reference.description
        case .trust: snapshot.trust(number: reference.number).map { "trust/\($0.name)" }
        case .profile: snapshot.profiles.first { $0.number == reference.number }.map { "profile/\($0.name)" }
        case .entitlement: snapshot.entitlements.first { $0.number == reference.number }.map { "entitlement/\($0.id)" }
        default: nil
        }
    }

    /// How many identities there are, ended ones too.
    package var identityCount: Int64 { Int64(snapshot.identityCount) }
    /// How many entitlements there are, ended ones too.
    package var entitlementCount: Int64 { Int64(snapshot.entitlementCount) }
    /// The size of the log that decisions are made on.
    package var size: Int64 { snapshot.size }
}

/// Which credentials a list is to show.
package struct CredentialQuery: Sendable {
    /// Of this identity.
    package var identity: IdentityID?
    /// Owned by this one when they were issued.
    package var owner: IdentityID?
    /// Justified by any version of this.
    package var entitlement: EntitlementID?
    /// In this state now.
    package var state: CredentialState?
    /// Older than the entry of this index.
    package var before: Int64?
    /// At most so many.
    package var limit: Int64

    /// - Parameter limit: 1 to 500.
    package init(limit: Int64) { self.limit = limit }
}

/// A signed revocation list as it is served.
package struct PublishedList: Sendable {
    /// The list as it was signed.
    package let der: [UInt8]
    /// When it ends.
    package let nextUpdate: Timestamp
}

extension Broker {
    /// One page of credentials, the newest first.
    package func credentials(
        _ query: CredentialQuery, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> CredentialPage {
        try await credentials(
            CredentialFilter(identity: query.identity, owner: query.owner, entitlement: query.entitlement),
            state: query.state, before: query.before, limit: query.limit, by: caller)
    }

    /// The list of one shard; nil for what is not there.
    package func publishedList(issuer: IssuerID, shard: Int64) async throws(LifecycleError) -> PublishedList? {
        guard let list = try await revocationList(issuer: issuer, shard: shard)?.list else { return nil }
        return PublishedList(der: list.der, nextUpdate: list.nextUpdate)
    }

    /// Entries from an index on.
    package func entryAnswers(
        since index: Int64, limit: Int64, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> [AuditEntryAnswer] {
        try await auditEntries(since: index, limit: limit, by: caller).map { entry in
            AuditEntryAnswer(
                index: entry.index, leafHash: Base64.text(entry.leafHash),
                body: String(validating: entry.body, as: UTF8.self))
        }
    }

    /// That an entry is in the log, with the root to which its proof leads.
    package func inclusionAnswer(
        of index: Int64, in size: Int64, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> InclusionProofAnswer {
        let (entry, proof) = try await inclusionProof(of: index, in: size, by: caller)
        return InclusionProofAnswer(proof, leafHash: entry.leafHash, checkpoint: CheckpointAnswer(checkpoint))
    }

    /// What became of an operation.
    ///
    /// - Throws: `unavailable` while the last transaction is in doubt: what was not found may be there after recovery.
    package func operationAnswer(
        _ id: OperationID, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> OperationAnswer {
        guard let stored = try await operation(id, by: caller) else {
            return OperationAnswer(operation: id.text, outcome: "not_recorded")
        }
        return OperationAnswer(
            operation: id.text, outcome: "recorded", index: stored.index,
            kind: stored.object.flatMap(Self.kind), id: stored.object)
    }

    /// Of what kind an object is, by the prefix of its id.
    private static func kind(_ object: String) -> String? {
        let kinds = [
            CredentialKind.prefix: "credential", RevocationKind.prefix: "revocation", CaseKind.prefix: "case",
            SessionKind.prefix: "session", RotationKind.prefix: "rotation", EntitlementKind.prefix: "entitlement",
            LoginKind.prefix: "login", PersonKind.prefix: "person", TeamKind.prefix: "team",
            WorkloadKind.prefix: "workload", TrustKind.prefix: "trust", ProfileKind.prefix: "profile",
        ]
        return kinds[String(object.prefix { $0 != "_" })]
    }

    /// What is read when metrics are asked for.
    package var gauges: [Gauge] {
        [
            Gauge(name: "tenure_recording_queue_length", value: Int64(recorder.waitingCount)),
            Gauge(name: "tenure_audit_size", value: snapshot.size),
            Gauge(name: "tenure_audit_checkpoint_size", value: checkpoint.size),
            Gauge(name: "tenure_identities", value: Int64(snapshot.identityCount)),
            Gauge(name: "tenure_entitlements", value: Int64(snapshot.entitlementCount)),
            Gauge(name: "tenure_recording_stopped", value: recorder.stoppedBecause == nil ? 0 : 1),
            Gauge(name: "tenure_history_lost", value: recorder.historyLoss == nil ? 0 : 1),
        ]
    }

    /// Whether anything can be recorded at present.
    package var isRecording: Bool { recorder.stoppedBecause == nil }
}

extension AudienceKeyAnswer {
    /// The one place where an audience key leaves the process: to a verifier that was entitled to it.
    package init(_ key: AudienceKey) {
        let bytes = key.secret.withBytes { span in
            var bytes: [UInt8] = []
            for place in span.indices { bytes.append(span[place]) }
            return bytes
        }
        self.init(
            kty: "oct", kid: key.kid.text, k: Base64URL.text(bytes), alg: "HS256", use: "sig",
            signFrom: key.signFrom.secondsText, signUntil: (key.signUntil ?? .distantFuture).secondsText,
            verifyUntil: (key.verifyUntil ?? .distantFuture).secondsText)
    }
}

/// One number that is read when it is asked for.
package struct Gauge {
    /// Of the metric.
    package let name: String
    /// As of now.
    package let value: Int64

    /// A metric of this name.
    package init(name: String, value: Int64) {
        self.name = name
        self.value = value
    }
}
