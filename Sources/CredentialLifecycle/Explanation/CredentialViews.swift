package import AuditLog
package import Authorization
package import Storage
package import TenureModel

/// One credential as lists show it: never a secret.
package struct CredentialView: Sendable {
    package let credential: Credential
    package let state: CredentialState
    package let identity: Identity?
    package let owner: Identity?
    package let profile: Profile?
    /// What killed it, if a mark did.
    package let killedBy: Death?

    /// A mark that covers a credential.
    package struct Death: Sendable {
        package let reference: LineageReference
        package let cutIndex: Int64
        package let reason: RevocationReason
        package let at: Timestamp?
        /// Who cut it; nil where only the mark was looked at.
        package let by: AuditActor?
    }
}

/// When an entitlement version came to be.
package struct GrantHistory: Sendable {
    /// When it was asked for.
    package let grantedAt: Timestamp
    /// When this version was written, and so approved.
    package let approvedAt: Timestamp
    /// The entry that wrote this version.
    package let index: Int64
}

/// A page of a list, the newest first.
package struct CredentialPage: Sendable {
    package let items: [CredentialView]
    /// The cursor of the next page.
    package let nextIndex: Int64?
}

/// Credential → entitlement version → granter and approver → owner → authentication → leaf and proof.
package struct CredentialExplanation: Sendable {
    package let view: CredentialView
    /// The version that justified it.
    package let entitlement: Entitlement
    /// When that version was granted and approved.
    package let grant: GrantHistory
    package let trust: Trust?
    /// The entry, as bytes.
    package let body: [UInt8]
    package let entry: AuditEntry
    package let leafHash: [UInt8]
    package let proof: InclusionProof
    package let checkpoint: Checkpoint
}

extension Broker {
    /// - Parameter first: the first cut of all, where it was looked up; else the first of those that marks still tell.
    func view(
        of credential: Credential, in snapshot: Snapshot, at time: Timestamp,
        killedBy first: CredentialView.Death? = nil
    ) -> CredentialView {
        var death: CredentialView.Death?
        var state = CredentialState.active
        if let mark = snapshot.firstKill(of: credential.lineage.references, at: credential.position) {
            state = .revoked
            death =
                first
                ?? CredentialView.Death(
                    reference: mark.reference, cutIndex: mark.cutIndex,
                    reason: snapshot.markReason(mark.reference) ?? .unspecified,
                    at: snapshot.markTime(mark.reference), by: nil)
        } else if credential.notAfter <= time {
            state = .expired
        }
        return CredentialView(
            credential: credential, state: state, identity: snapshot.identity(credential.identity),
            owner: snapshot.identity(credential.owner), profile: snapshot.profile(credential.profile),
            killedBy: death)
    }

    /// Lists credentials; what the caller may not know of is left out.
    ///
    /// - Parameters:
    ///   - state: filters after the page was read, since states are computed: a page may be short and still go on.
    ///   - limit: 1 to 500.
    package func credentials(
        _ filter: CredentialFilter, state: CredentialState?, before index: Int64?, limit: Int64,
        by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> CredentialPage {
        let snapshot = self.snapshot
        let time = now()
        var scope = ObjectFacts.everything
        if let identity = filter.identity {
            scope = snapshot.facts(ofIdentity: identity)
        } else if let owner = filter.owner {
            scope = ObjectFacts(identity: owner, owner: owner)
        } else if let entitlement = filter.entitlement.flatMap({ snapshot.entitlement($0) }) {
            scope = snapshot.facts(ofIdentity: entitlement.identity)
        }
        _ = try permit(.credentialList, on: scope, by: caller, in: snapshot)
        let rows: [Credential]
        do throws(StorageError) {
            rows = try await ledger.credentials(filter, before: index, limit: limit)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        let views = rows.map { view(of: $0, in: snapshot, at: time) }
        return CredentialPage(
            items: views.filter { state == nil || $0.state == state },
            nextIndex: Int64(rows.count) == limit ? rows.last?.index : nil)
    }

    /// Shows one credential.
    ///
    /// - Parameter name: its id, or the serial number of a certificate in lower-case hexadecimal digits.
    package func credentialView(
        _ name: String, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> CredentialView {
        let credential = try await credential(try await credentialID(name))
        _ = try permit(
            .credentialList, on: snapshot.facts(of: credential), by: caller, in: snapshot,
            absence: "no credential/\(name)")
        return view(of: credential, in: snapshot, at: now())
    }

    /// Explains one credential from the record alone, named as in `credentialView`.
    package func explain(
        _ name: String, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> CredentialExplanation {
        let snapshot = self.snapshot
        let credential = try await credential(try await credentialID(name))
        _ = try permit(
            .credentialExplain, on: snapshot.facts(of: credential), by: caller, in: snapshot,
            absence: "no credential/\(name)")
        do {
            guard
                let entitlement = try await ledger.entitlement(
                    credential.entitlement, version: credential.entitlementVersion),
                let stored = try await ledger.entry(credential.index)
            else {
                throw LifecycleError.unavailable(.init("\(credential.id) names an entry or version that is not there"))
            }
            let death = try await firstDeath(of: credential)
            let checkpoint = recorder.checkpoint
            let size = max(checkpoint.size, credential.index + 1)
            let proof = try await ledger.inclusionProof(of: credential.index, in: size)
            return CredentialExplanation(
                view: view(of: credential, in: self.snapshot, at: now(), killedBy: death), entitlement: entitlement,
                grant: try await grantHistory(of: entitlement), trust: snapshot.trust(credential.trust),
                body: stored.body, entry: try EntryEncoding.decode(stored.body), leafHash: stored.leafHash,
                proof: proof,
                checkpoint: checkpoint)
        } catch let error as LifecycleError {
            throw error
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// The cut that killed a credential, of all that ever covered it the first.
    private func firstDeath(of credential: Credential) async throws -> CredentialView.Death? {
        guard
            let cut = try await ledger.firstCut(of: credential.lineage.references, since: credential.position)
        else { return nil }
        let entry = try await ledger.entry(cut.index).map { try EntryEncoding.decode($0.body) }
        return CredentialView.Death(
            reference: cut.reference, cutIndex: cut.index, reason: cut.reason, at: entry?.at ?? cut.at,
            by: entry?.actor)
    }

    private func grantHistory(of entitlement: Entitlement) async throws -> GrantHistory {
        let place = try await ledger.grant(of: entitlement)
        guard let asked = try await ledger.entry(place.asked), let written = try await ledger.entry(place.written)
        else { throw StorageError.corrupt("an entry of \(entitlement.versionText) is not there") }
        return GrantHistory(grantedAt: asked.at, approvedAt: written.at, index: written.index)
    }
}
