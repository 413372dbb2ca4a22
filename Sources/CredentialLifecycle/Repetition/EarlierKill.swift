internal import AuditLog
internal import Authorization
internal import Storage
internal import TenureModel

extension Broker {
    /// What a revocation under this caller's key cut, if one was recorded.
    func earlierRevocation(
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> RevocationOutcome? {
        guard let earlier = try await earlierAct([.revocationCreate], by: caller, in: call) else { return nil }
        guard let text = earlier.operation.object, let id = try? RevocationID(text),
            case .text(let target)? = earlier.entry.details.first(where: { $0.key == "target" })?.value
        else { throw .unavailable(.init("\(earlier.operation.id) is no revocation")) }
        let holder = try await holder(ofTarget: target)
        let references = try await entries(of: earlier).flatMap { entry in
            entry.rows.filter { $0.table == LineageMarkTable.name }.compactMap {
                LineageReference(referenceText: $0.key)
            }
        }
        let hanging = references.map { HangingReference($0, of: holder) }
        let counts = try await countLive(
            hangingOn: hanging, upTo: earlier.last, at: earlier.entry.at, before: earlier.before)
        return RevocationOutcome(
            id: id, target: target, cutIndex: earlier.operation.index, counts: counts, familyCounts: nil,
            blocksKey: references.contains { $0.kind == .subjectKey }, recorded: earlier.recorded)
    }

    /// What hangs on a single credential is found within its identity.
    private func holder(ofTarget target: String) async throws(LifecycleError) -> Int64? {
        let prefix = "credential/"
        guard target.hasPrefix(prefix), let id = try? CredentialID(String(target.dropFirst(prefix.count))) else {
            return nil
        }
        return try await credential(id).lineage.identity
    }

    /// What a rotation under this caller's key did, if one was recorded.
    func earlierRotation(
        of subject: RotationSubject, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> RotationOutcome? {
        guard let earlier = try await earlierAct([.keyRotate], by: caller, in: call) else { return nil }
        let versions: [RecordedVersion]
        do throws(StorageError) {
            versions = try await ledger.versions(from: earlier.operation.index, upTo: earlier.end)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        let changed = versions.compactMap { version in
            if case .keyVersion(_, let key) = version, Self.isShown(key, of: subject) { key } else { nil }
        }
        guard let text = earlier.operation.object, let id = try? RotationID(text), let newest = changed.last else {
            throw .unavailable(.init("\(earlier.operation.id) is no rotation"))
        }
        var outcome = RotationOutcome(id: id, versions: changed, recorded: earlier.recorded)
        if subject == .keyEncryptionKey { outcome.nextStep = Self.afterKeyEncryptionKey }
        if case .audience(let audience) = subject {
            outcome.audienceKeys = try keys.audienceKeys(of: newest, audience).map { RotatedKey($0) }
        }
        return outcome
    }
}
