internal import APITokens
internal import AuditLog
package import Authorization
internal import Logging
internal import OpenSSLCrypto
internal import SecretMemory
package import Storage
internal import TenureModel

extension Broker {
    /// Gives keys their successors: published before they sign, and the old ones verify until the last thing that they
    /// signed has ended (P4).
    ///
    /// - Throws: `conflict` while an earlier rotation waits for its successor to sign, or where there is no successor.
    package func rotate(
        _ subject: RotationSubject, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> RotationOutcome {
        let before = snapshot
        for facts in Self.facts(of: subject, in: before) {
            _ = try permit(.keyRotate, on: facts, by: caller, in: before, absence: Self.absence(of: subject))
        }
        return try await once(call) { () async throws(LifecycleError) in
            try await earlierRotation(of: subject, by: caller, in: call)
        } act: { () async throws(LifecycleError) in
            try await rotate(subject, actor: caller, under: nil, in: call)
        }
    }

    /// Rotates whatever has signed for its whole period. Runs periodically, on the node that has the duty; the same
    /// code as a rotation by hand.
    package func rotateWhatIsDue(under duty: Duty = .alone) async {
        let time = now()
        var due: [RotationSubject] = []
        if snapshot.livingDataKeys.contains(where: { $0.isDrained(at: time) }) { due.append(.drainedDataKeys) }
        for purpose in Set(snapshot.keyVersions.map(\.purpose)).sorted(by: { $0.text < $1.text }) {
            let subject: RotationSubject
            switch purpose {
            case .tokenRing(let environment): subject = .tokenKeys(environment)
            case .sessionRing: subject = .sessionKeys
            case .issuingCA:
                if let subject = dueOfIssuingCA(at: time) { due.append(subject) }
                continue
            case .rootCA, .auditCheckpoint, .receipt, .dataKey: continue
            }
            // By when they sign: ids are made of the clock, which may have been set back.
            let newest = snapshot.keyVersions(for: purpose).max { $0.signFrom < $1.signFrom }
            if RingRotation.shouldStage(newest: newest, periodSeconds: settings.ringSigningSeconds, now: time) {
                due.append(subject)
            }
        }
        for subject in due {
            guard let operation: OperationID = try? makeID() else { continue }
            let call = Call(
                operation: operation, bodyHash: Array(repeating: 0, count: 32), idempotencyKey: nil,
                source: "internal", isDryRun: false)
            do throws(LifecycleError) {
                _ = try await rotate(subject, actor: nil, under: duty, in: call)
            } catch {
                log.error("keys could not be rotated", metadata: ["of": "\(subject)", "cause": "\(error)"])
            }
        }
    }

    private func rotate(
        _ subject: RotationSubject, actor caller: AuthenticatedCaller?, under duty: Duty?, in call: Call
    ) async throws(LifecycleError) -> RotationOutcome {
        let before = snapshot
        let time = now()
        let material = try await material(of: subject, in: before, at: time)
        guard !call.isDryRun else {
            return try outcome(
                nil, try steps(subject, material, in: before, at: time), of: subject, recorded: nil)
        }
        let id: RotationID = try makeID()
        let result = await recorder.act(
            operation(.keyRotate, call, by: caller?.identity, object: id.text), priority: .change, duty: duty
        ) { [self] (snapshot: Snapshot) throws(RecordingRefusal) in
            if let caller {
                for facts in Self.facts(of: subject, in: snapshot) {
                    _ = try permitInTransaction(.keyRotate, on: facts, by: caller, in: snapshot)
                }
            }
            let steps: [RotationStep]
            do throws(LifecycleError) {
                try follow(snapshot)
                steps = try self.steps(subject, material, in: snapshot, at: time)
            } catch {
                throw RecordingRefusal(error)
            }
            return ActOutcome(
                value: steps, entries: steps.flatMap { entries(of: $0, by: caller, call, at: time) },
                presentation: caller.flatMap { presentation(of: $0, in: time) })
        }
        let (steps, recorded) = try unwrap(result, call.operation)
        do throws(KeyChestError) {
            if let next = material.keyEncryptionKey {
                // Those from before stay: what another node wraps until it knows the next one opens here too.
                try keys.reload(from: snapshot, keyEncryptionKeys: [next] + keys.dataKeys.keyEncryptionKeys)
            } else {
                try keys.reload(from: snapshot)
            }
        } catch {
            throw .unavailable(.init("keys could not be loaded: \(error)"))
        }
        return try outcome(id, steps, of: subject, recorded: recorded)
    }

    /// What the caller must be allowed to rotate: each environment whose keys change, or the broker's own.
    private static func facts(of subject: RotationSubject, in snapshot: Snapshot) -> [ObjectFacts] {
        switch subject {
        case .tokenKeys(let environment): return [ObjectFacts(environment: environment)]
        case .allTokenKeys:
            let environments = snapshot.tokenEnvironments
            guard !environments.isEmpty else { return [.everything] }
            return environments.map { ObjectFacts(environment: $0) }
        case .audience(let audience):
            // Of an audience that nobody has, only who may rotate everything hears so.
            guard let environment = snapshot.environment(of: audience) else { return [.everything] }
            return [ObjectFacts(environment: environment, audience: audience)]
        case .sessionKeys, .issuingCA, .issuingSuccessor, .keyEncryptionKey, .dataKey, .drainedDataKeys:
            return [.everything]
        }
    }

    private static func absence(of subject: RotationSubject) -> String? {
        switch subject {
        case .audience(let audience): "no audience/\(audience)"
        case .tokenKeys(let environment): "no key/\(KeyVersion.Purpose.tokenRing(environment).text)"
        default: nil
        }
    }

    private func outcome(
        _ id: RotationID?, _ steps: [RotationStep], of subject: RotationSubject, recorded: Recorded?
    ) throws(LifecycleError) -> RotationOutcome {
        let versions = steps.compactMap(\.version).filter { Self.isShown($0, of: subject) }
        var outcome = RotationOutcome(id: id, versions: versions, recorded: recorded)
        if subject == .keyEncryptionKey { outcome.nextStep = Self.afterKeyEncryptionKey }
        if case .audience(let audience) = subject, let version = outcome.versions.last {
            outcome.audienceKeys = try keys.audienceKeys(of: version, audience).map { RotatedKey($0) }
        }
        // Where the root's key is here, the schedule publishes the next one.
        if subject == .issuingCA, !outcome.versions.contains(where: { $0.state == .staged }),
            !KeyChest.keepsRootKey(snapshot)
        {
            outcome.nextStep = Self.ceremony
        }
        return outcome
    }

    /// What is said where the root's key would be needed and is not here.
    static let ceremony =
        "no successor is left and the root's key is not in this installation: have the root certify another issuing CA"
        + " (ca/ceremony) before this one ends"

    /// An entry holds 8 KiB; so many marks are sure to fit.
    private static let marksOfEntryMax = 32

    /// The entry with the row, and as many more as its marks need.
    private func entries(
        of step: RotationStep, by caller: AuthenticatedCaller?, _ call: Call, at time: Timestamp
    ) -> [PendingEntry] {
        var first = step.change.pendingEntry(
            by: caller?.actor ?? .broker, source: caller == nil ? nil : call.source, at: time)
        var rest = step.references.map { PendingMark($0, cuts: false) }[...]
        first.entry.details += step.details
        first.marks += rest.prefix(Self.marksOfEntryMax)
        rest = rest.dropFirst(Self.marksOfEntryMax)
        var entries = [first]
        while !rest.isEmpty {
            entries.append(PendingEntry(entry: first.entry, marks: Array(rest.prefix(Self.marksOfEntryMax))))
            rest = rest.dropFirst(Self.marksOfEntryMax)
        }
        return entries
    }
}
