internal import APITokens
internal import AuditLog
package import Authorization
internal import OpenSSLCrypto
package import Storage
package import TenureModel

/// What a revocation did, or would do.
package struct RevocationOutcome: Sendable {
    /// Nil of a dry run.
    package let id: RevocationID?
    package let target: String
    /// All that was issued at or below it is dead; of a dry run the head at which it was counted.
    package let cutIndex: Int64
    package let counts: CredentialCounts
    /// Of a dry run on one credential: what its compromise would end, with its family; nil of anything else.
    package let familyCounts: CredentialCounts?
    /// Whether a public key is blocked with it: nobody has it certified again.
    package let blocksKey: Bool
    package let recorded: Recorded?
}

extension Broker {
    /// Cuts what `target` names, in one transaction and in constant time, then counts what died (DESIGN, section 3).
    ///
    /// - Throws: `denied` or `notFound` by policy, `invalid` for a target that nothing hangs on.
    package func revoke(
        _ target: RevocationTarget, reason: RevocationReason, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> RevocationOutcome {
        try await once(call) { () async throws(LifecycleError) in
            try await earlierRevocation(by: caller, in: call)
        } act: { () async throws(LifecycleError) in
            try await cut(target, reason: reason, by: caller, in: call)
        }
    }

    private func cut(
        _ target: RevocationTarget, reason: RevocationReason, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> RevocationOutcome {
        let before = snapshot
        let resolved = try await resolve(target, reason: reason, in: before)
        _ = try permit(
            .revocationCreate, on: resolved.facts, by: caller, in: before, absence: resolved.absence)
        guard !call.isDryRun else { return try await preview(of: resolved, in: before) }
        let id: RevocationID = try makeID()
        let time = now()
        let result = await recorder.act(
            operation(.revocationCreate, call, by: caller.identity, object: id.text), priority: .kill
        ) { [self] (snapshot: Snapshot) throws(RecordingRefusal) in
            let resolved = try resolved.again(in: snapshot)
            let permission = try permitInTransaction(
                .revocationCreate, on: resolved.facts, by: caller, in: snapshot)
            let entries = resolved.references.map { reference in
                PendingEntry(
                    entry: AuditEntry(
                        at: time, act: .revocationCreate, actor: caller.actor, object: id.text,
                        entitlement: permission.entitlement?.versionText, source: call.source,
                        details: [
                            .init("target", .text(resolved.name)), .init("reason", .text(reason.rawValue)),
                        ]),
                    marks: [PendingMark(reference, cuts: true, reason: reason)])
            }
            return ActOutcome(
                value: Cut(target: resolved, before: snapshot), entries: entries,
                presentation: presentation(of: caller, in: time))
        }
        let (cut, recorded) = try unwrap(result, call.operation)
        await publishLists(touching: cut.target.hanging)
        let last = recorded.firstIndex + Int64(cut.target.references.count) - 1
        let counts = await countDead(
            hangingOn: cut.target.hanging, upTo: last, of: recorded, before: cut.before)
        return RevocationOutcome(
            id: id, target: resolved.name, cutIndex: recorded.firstIndex, counts: counts, familyCounts: nil,
            blocksKey: cut.target.blocksKey, recorded: recorded)
    }

    private func preview(
        of resolved: ResolvedTarget, in snapshot: Snapshot
    ) async throws(LifecycleError) -> RevocationOutcome {
        let (head, time) = (snapshot.size - 1, now())
        let counts = try await countLive(hangingOn: resolved.hanging, upTo: head, at: time, before: snapshot)
        var familyCounts: CredentialCounts?
        if let compromised = resolved.compromised {
            familyCounts = try await countLive(hangingOn: compromised, upTo: head, at: time, before: snapshot)
        }
        return RevocationOutcome(
            id: nil, target: resolved.name, cutIndex: head, counts: counts, familyCounts: familyCounts,
            blocksKey: resolved.blocksKey, recorded: nil)
    }

    private struct Cut: Sendable {
        let target: ResolvedTarget
        let before: Snapshot
    }

    private func resolve(
        _ target: RevocationTarget, reason: RevocationReason, in snapshot: Snapshot
    ) async throws(LifecycleError) -> ResolvedTarget {
        switch target {
        case .object(let object) where object.kind == .credential:
            guard let id = try? CredentialID(object.name) else { throw .notFound("no \(object)") }
            return ResolvedTarget(try await credential(id), reason: reason, leaked: false, in: snapshot)
        case .object(let object):
            return try ResolvedTarget(object, in: snapshot)
        case .certificate(let der):
            let found = try await credential(certificateDER: der)
            var resolved = ResolvedTarget(found, reason: reason, leaked: false, in: snapshot)
            resolved.absence = "no certificate of this broker"
            return resolved
        case .publicKey(let der):
            do {
                let key = try PublicKey(spkiDER: der)
                if keys.authorityKeys.contains(key) { return ResolvedTarget(authority: key.spkiDER) }
                return ResolvedTarget(publicKey: key.spkiDER, families: try await families(holding: key.spkiDER))
            } catch let error as LifecycleError {
                throw error
            } catch {
                throw .invalid(field: "target.public_key", detail: "not a public key of a kind that we certify")
            }
        case .token(let text):
            return try await resolve(leakedToken: text, in: snapshot)
        }
    }

    /// A token that somebody could show is a token that got out: its family dies, or all that came of its session.
    private func resolve(
        leakedToken text: String, in snapshot: Snapshot
    ) async throws(LifecycleError) -> ResolvedTarget {
        let absence = "not a token of this broker"
        var resolved: ResolvedTarget
        switch keys.ownToken(text) {
        case .session(let claims):
            resolved = ResolvedTarget(
                session: claims.id, of: claims.subject, authentication: claims.lineage.authentication, in: snapshot)
        case .credential(let id):
            resolved = ResolvedTarget(try await credential(id), reason: .keyCompromise, leaked: true, in: snapshot)
        case nil:
            throw .notFound(absence)
        }
        resolved.absence = absence
        return resolved
    }

    private func families(holding spkiDER: [UInt8]) async throws(LifecycleError) -> [CredentialFamily] {
        let reference = LineageReference.subjectKey(spkiDER: spkiDER)
        do throws(StorageError) {
            return try await ledger.families(holding: reference, limit: 10_000)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }
}
