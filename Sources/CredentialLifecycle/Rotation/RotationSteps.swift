internal import APITokens
internal import AuditLog
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

// What a rotation writes: decided on one snapshot, and inside the transaction on the newest once more.
extension Broker {
    /// Makes or loads what a rotation needs, before anything is locked.
    func material(
        of subject: RotationSubject, in snapshot: Snapshot, at now: Timestamp
    ) async throws(LifecycleError) -> RotationMaterial {
        switch subject {
        case .keyEncryptionKey:
            return RotationMaterial(keyEncryptionKey: try await nextKeyEncryptionKey.load())
        case .dataKey:
            let id: KeyVersionID = try makeID()
            do throws(CryptoError) {
                return RotationMaterial(dataKey: (id, try SecureRandom.secret(SealedBox.keyCount)))
            } catch {
                throw .unavailable(.init("no key could be made: \(error)"))
            }
        default: return RotationMaterial(successors: try successors(of: subject, in: snapshot, at: now))
        }
    }

    private func successors(
        of subject: RotationSubject, in snapshot: Snapshot, at now: Timestamp
    ) throws(LifecycleError) -> [KeyVersion] {
        switch subject {
        case .tokenKeys(let environment): return [try successor(of: .tokenRing(environment), in: snapshot)]
        case .allTokenKeys:
            var successors: [KeyVersion] = []
            for environment in snapshot.tokenEnvironments {
                successors.append(try successor(of: .tokenRing(environment), in: snapshot))
            }
            return successors
        case .sessionKeys: return [try successor(of: .sessionRing, in: snapshot)]
        case .audience, .keyEncryptionKey, .dataKey, .drainedDataKeys: return []
        case .issuingCA, .issuingSuccessor:
            guard let model = IssuingStanding.all(in: snapshot).last else { throw .notFound("no key/issuing-ca") }
            let lead = RingRotation.publicationLeadSeconds
            let made = try keys.newIssuingCA(
                try makeID(), after: model.version, in: snapshot, signFrom: now.adding(seconds: lead), at: now)
            return made.map { [$0] } ?? []
        }
    }

    private func successor(
        of purpose: KeyVersion.Purpose, in snapshot: Snapshot
    ) throws(LifecycleError) -> KeyVersion {
        guard !snapshot.keyVersions(for: purpose).isEmpty else { throw .notFound("no key/\(purpose.text)") }
        return try newRing(purpose, isFirst: false)
    }

    /// The rows that change and are made.
    ///
    /// - Throws: `conflict` while an earlier rotation waits, `notFound` for what nobody has.
    func steps(
        _ subject: RotationSubject, _ material: RotationMaterial, in snapshot: Snapshot, at now: Timestamp
    ) throws(LifecycleError) -> [RotationStep] {
        let successors = material.successors
        switch subject {
        case .keyEncryptionKey: return try keyEncryptionSteps(material.keyEncryptionKey, in: snapshot)
        case .dataKey: return try dataKeySteps(material.dataKey, in: snapshot, at: now)
        case .drainedDataKeys: return try drainedDataKeySteps(in: snapshot, at: now)
        case .tokenKeys, .allTokenKeys, .sessionKeys:
            var steps: [RotationStep] = []
            for successor in successors { steps += try ringSteps(successor, in: snapshot, at: now) }
            guard !steps.isEmpty else { throw .notFound("no token keys") }
            return steps
        case .audience(let audience): return [try audienceStep(audience, in: snapshot, at: now)]
        case .issuingCA: return try issuingSteps(successors.first, in: snapshot, at: now)
        case .issuingSuccessor:
            guard let newcomer = successors.first else { throw .conflict(Self.ceremony) }
            let standing = IssuingStanding.all(in: snapshot).filter { $0.lives(at: now) && $0.version.signUntil == nil }
            guard standing.count < 2 else { throw .conflict("a successor is published already") }
            return [RotationStep(change: .keyVersion(from: nil, to: newcomer))]
        }
    }

    // MARK: Rings

    private func ringSteps(
        _ successor: KeyVersion, in snapshot: Snapshot, at now: Timestamp
    ) throws(LifecycleError) -> [RotationStep] {
        let purpose = successor.purpose
        let versions = snapshot.keyVersions(for: purpose).filter { $0.state != .retired }
        try Self.refuseSecond(versions, at: now)
        let audiences = snapshot.audiencesSigned(by: purpose)
        var steps: [RotationStep] = []
        for old in versions where RingRotation.shouldRetire(old, now: successor.published) {
            steps.append(RotationStep(change: .keyVersion(from: old, to: old.next(.retired))))
        }
        for (old, next) in snapshot.draining(before: successor) {
            steps.append(
                RotationStep(
                    change: .keyVersion(from: old, to: next), references: try keys.references(of: old, audiences)))
        }
        steps.append(RotationStep(change: .keyVersion(from: nil, to: successor)))
        return steps
    }

    /// Two rotations at once would leave a version that never signs.
    private static func refuseSecond(_ versions: [KeyVersion], at now: Timestamp) throws(LifecycleError) {
        guard !versions.contains(where: { now < $0.signFrom || $0.hasWaitingGeneration(at: now) }) else {
            throw .conflict("a new version is published and does not sign yet")
        }
    }

    private func audienceStep(
        _ audience: Audience, in snapshot: Snapshot, at now: Timestamp
    ) throws(LifecycleError) -> RotationStep {
        guard let environment = snapshot.environment(of: audience) else { throw .notFound("no audience/\(audience)") }
        let versions = snapshot.keyVersions(for: .tokenRing(environment)).filter { $0.state != .retired }
        try Self.refuseSecond(versions, at: now)
        guard let old = versions.filter({ $0.signUntil == nil }).max(by: { $0.signFrom < $1.signFrom }) else {
            throw .conflict("no version of the ring signs: rotate the ring")
        }
        guard old.generation(of: audience) + 1 < KeyRing.generationsMax else {
            throw .conflict("the key of audience/\(audience) was rotated too often by itself: rotate the ring")
        }
        let references = try keys.references(of: old, [audience])
        let isCut = references.contains { snapshot.mark($0)?.kills(since: 0) ?? false }
        let start = RingRotation.signFrom(published: now, isFirst: false, predecessorIsCut: isCut)
        let next = old.next(old.state) { $0.generations[audience, default: []].append(start) }
        return RotationStep(change: .keyVersion(from: old, to: next), references: references)
    }
}

extension Snapshot {
    /// The environments that have a ring of token keys.
    var tokenEnvironments: [EnvironmentName] {
        Set(
            keyVersions.compactMap { version -> EnvironmentName? in
                guard case .tokenRing(let environment) = version.purpose, version.state != .retired else { return nil }
                return environment
            }
        ).sorted()
    }

    /// The environment to which an audience belongs: that of the profiles that have it.
    func environment(of audience: Audience) -> EnvironmentName? {
        for profile in profiles {
            guard case .token(let token) = profile.body, token.audiences.contains(audience) else { continue }
            if let environment = profile.environment { return environment }
        }
        return nil
    }

    /// The audiences for which a ring's keys sign, of ended profiles too: their tokens may live.
    func audiencesSigned(by purpose: KeyVersion.Purpose) -> [Audience] {
        guard case .tokenRing(let environment) = purpose else {
            return purpose == .sessionRing ? [SessionClaims.audience] : []
        }
        var audiences: Set<Audience> = []
        for profile in profiles where profile.environment == environment {
            if case .token(let token) = profile.body { audiences.formUnion(token.audiences) }
        }
        return audiences.sorted()
    }

    /// The longest life of anything that a ring signs: of its environment's token profiles, of a session.
    func longestLifetimeSeconds(of purpose: KeyVersion.Purpose) -> Int64 {
        guard case .tokenRing(let environment) = purpose else { return 3_600 }
        // A profile may be made while the old ring still signs.
        return profiles.reduce(KeySpan.tokenSecondsMax) { longest, profile in
            guard profile.environment == environment, case .token(let token) = profile.body else { return longest }
            return max(longest, token.maximumLifetime.seconds)
        }
    }
}

extension Snapshot {
    /// The versions of a ring that sign no longer once `successor` does: each as it is, and as it drains.
    func draining(before successor: KeyVersion) -> [(old: KeyVersion, next: KeyVersion)] {
        let purpose = successor.purpose
        let versions = keyVersions(for: purpose).filter { $0.state != .retired }
        let closed = RingRotation.closing(
            versions, before: successor, longestLifetimeSeconds: longestLifetimeSeconds(of: purpose))
        return closed.compactMap { next in
            guard let old = versions.first(where: { $0.id == next.id }) else { return nil }
            var next = next
            next.state = .draining
            return (old, next)
        }
    }
}
