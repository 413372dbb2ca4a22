internal import APITokens
internal import AuditLog
package import Authorization
internal import Logging
package import Storage
package import TenureModel

/// What a rotation did, or would do: the versions of the ring after it, the oldest first.
package struct RotationOutcome: Sendable {
    package let id: RotationID?
    package let purpose: KeyVersion.Purpose
    package let versions: [KeyVersion]
    package let recorded: Recorded?
}

extension Broker {
    /// Publishes a new version of an environment's token ring and sets the end of the one that signs now: published
    /// before it signs, and the old one verifies until the last token under it has ended (P4).
    package func rotateTokenKeys(
        of environment: EnvironmentName, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> RotationOutcome {
        let before = snapshot
        _ = try permit(.keyRotate, on: ObjectFacts(environment: environment), by: caller, in: before)
        if let earlier = try await earlierRotation(by: caller, in: call) { return earlier }
        return try await rotate(.tokenRing(environment), actor: caller, in: call)
    }

    /// Rotates every ring whose newest version has signed for its whole period. Runs periodically; the same code as a
    /// rotation by hand.
    package func rotateWhatIsDue() async {
        let time = now()
        let rings = Set(snapshot.keyVersions.map(\.purpose)).filter { purpose in
            switch purpose {
            case .tokenRing, .sessionRing: true
            case .rootCA, .issuingCA, .auditCheckpoint, .receipt, .dataKey: false
            }
        }
        for purpose in rings.sorted(by: { $0.text < $1.text }) {
            // By when they sign: ids are made of the clock, which may have been set back.
            let newest = snapshot.keyVersions(for: purpose).max { $0.signFrom < $1.signFrom }
            guard
                RingRotation.shouldStage(newest: newest, periodSeconds: settings.ringSigningSeconds, now: time),
                let operation: OperationID = try? makeID()
            else { continue }
            let call = Call(
                operation: operation, bodyHash: Array(repeating: 0, count: 32), idempotencyKey: nil,
                source: "internal", isDryRun: false)
            do throws(LifecycleError) {
                _ = try await rotate(purpose, actor: nil, in: call)
            } catch {
                log.error(
                    "a key ring could not be rotated", metadata: ["ring": "\(purpose.text)", "cause": "\(error)"])
            }
        }
    }

    private func rotate(
        _ purpose: KeyVersion.Purpose, actor caller: AuthenticatedCaller?, in call: Call
    ) async throws(LifecycleError) -> RotationOutcome {
        guard !snapshot.keyVersions(for: purpose).isEmpty else { throw .notFound("no key/\(purpose.text)") }
        let successor = try newRing(purpose, isFirst: false)
        guard !call.isDryRun else {
            do throws(RecordingRefusal) {
                try Self.refuseSecond(of: purpose, in: snapshot, at: now())
            } catch {
                throw LifecycleError(.refused(error), operation: call.operation)
            }
            let changes = Self.changes(to: successor, in: snapshot)
            return RotationOutcome(
                id: nil, purpose: purpose, versions: Self.versions(after: changes), recorded: nil)
        }
        let id: RotationID = try makeID()
        let time = now()
        let result = await recorder.act(
            operation(.keyRotate, call, by: caller?.identity, object: id.text), priority: .change
        ) { [self] (snapshot: Snapshot) throws(RecordingRefusal) in
            if let caller, case .tokenRing(let environment) = purpose {
                _ = try permitInTransaction(
                    .keyRotate, on: ObjectFacts(environment: environment), by: caller, in: snapshot)
            }
            try Self.refuseSecond(of: purpose, in: snapshot, at: time)
            let changes = Self.changes(to: successor, in: snapshot)
            let entries = changes.map { change in
                change.pendingEntry(by: caller?.actor ?? .broker, source: caller == nil ? nil : call.source, at: time)
            }
            return ActOutcome(
                value: changes, entries: entries, presentation: caller.flatMap { presentation(of: $0, in: time) })
        }
        if result.isHeldKey, let caller, let earlier = try await earlierRotation(by: caller, in: call) {
            return earlier
        }
        let (changes, recorded) = try unwrap(result, call.operation)
        do throws(KeyChestError) {
            try keys.reload(from: snapshot)
        } catch {
            throw .unavailable(.init("keys could not be loaded: \(error)"))
        }
        return RotationOutcome(id: id, purpose: purpose, versions: Self.versions(after: changes), recorded: recorded)
    }

    /// Two rotations at once would leave a version that never signs.
    private static func refuseSecond(
        of purpose: KeyVersion.Purpose, in snapshot: Snapshot, at time: Timestamp
    ) throws(RecordingRefusal) {
        let waiting = snapshot.keyVersions(for: purpose).contains { $0.state != .retired && time < $0.signFrom }
        guard !waiting else {
            throw .denied(code: "conflict", detail: "a new version is published and does not sign yet", field: nil)
        }
    }

    private static func changes(to successor: KeyVersion, in snapshot: Snapshot) -> [ObjectChange] {
        let purpose = successor.purpose
        let versions = snapshot.keyVersions(for: purpose)
        let closed = RingRotation.closing(
            versions, before: successor, longestLifetimeSeconds: snapshot.longestLifetimeSeconds(of: purpose))
        let closing = closed.compactMap { next -> ObjectChange? in
            guard let old = versions.first(where: { $0.id == next.id }) else { return nil }
            var next = next
            next.state = .draining
            return .keyVersion(from: old, to: next)
        }
        let retired = versions.filter { RingRotation.shouldRetire($0, now: successor.published) }.map { old in
            var next = old
            next.version += 1
            next.state = .retired
            return ObjectChange.keyVersion(from: old, to: next)
        }
        return retired + closing + [.keyVersion(from: nil, to: successor)]
    }

    private static func versions(after changes: [ObjectChange]) -> [KeyVersion] {
        changes.compactMap { change in
            if case .keyVersion(_, let version) = change { version } else { nil }
        }
    }
}

extension Snapshot {
    /// The longest life of anything that a ring signs: of its environment's token profiles, of a session.
    func longestLifetimeSeconds(of purpose: KeyVersion.Purpose) -> Int64 {
        guard case .tokenRing(let environment) = purpose else { return 3_600 }
        // 24 hours is the bound of any token profile; a profile may be made while the old ring still signs.
        return profiles.reduce(86_400) { longest, profile in
            guard profile.environment == environment, case .token(let token) = profile.body else { return longest }
            return max(longest, token.maximumLifetime.seconds)
        }
    }
}
