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
    }
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
    package let trust: Trust?
    /// The entry, as bytes.
    package let body: [UInt8]
    package let entry: AuditEntry
    package let leafHash: [UInt8]
    package let proof: InclusionProof
    package let checkpoint: Checkpoint
}

extension Broker {
    func view(of credential: Credential, in snapshot: Snapshot, at time: Timestamp) -> CredentialView {
        var death: CredentialView.Death?
        var state = CredentialState.active
        if let mark = snapshot.firstKill(of: credential.lineage.references, at: credential.position) {
            state = .revoked
            death = CredentialView.Death(
                reference: mark.reference, cutIndex: mark.cutIndex,
                reason: snapshot.markReason(mark.reference) ?? .unspecified, at: snapshot.markTime(mark.reference))
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
    package func credentialView(
        _ id: CredentialID, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> CredentialView {
        let credential = try await credential(id)
        _ = try permit(
            .credentialList, on: snapshot.facts(of: credential), by: caller, in: snapshot,
            absence: "no credential/\(id)")
        return view(of: credential, in: snapshot, at: now())
    }

    /// Explains one credential from the record alone.
    package func explain(
        _ id: CredentialID, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> CredentialExplanation {
        let snapshot = self.snapshot
        let credential = try await credential(id)
        _ = try permit(
            .credentialExplain, on: snapshot.facts(of: credential), by: caller, in: snapshot,
            absence: "no credential/\(id)")
        do {
            guard
                let entitlement = try await ledger.entitlement(
                    credential.entitlement, version: credential.entitlementVersion),
                let stored = try await ledger.entry(credential.index)
            else { throw LifecycleError.unavailable(.init("\(id) names an entry or version that is not there")) }
            let checkpoint = recorder.checkpoint
            let size = max(checkpoint.size, credential.index + 1)
            let proof = try await ledger.inclusionProof(of: credential.index, in: size)
            return CredentialExplanation(
                view: view(of: credential, in: snapshot, at: now()), entitlement: entitlement,
                trust: snapshot.trust(credential.trust), body: stored.body,
                entry: try EntryEncoding.decode(stored.body), leafHash: stored.leafHash, proof: proof,
                checkpoint: checkpoint)
        } catch let error as LifecycleError {
            throw error
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// The entry of a refused login.
    package func explain(
        login id: LoginID, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> (entry: AuditEntry, index: Int64) {
        _ = try permit(.loginExplain, on: .everything, by: caller, in: snapshot)
        do {
            guard let operation = try await ledger.operation(object: id.text),
                let stored = try await ledger.entry(operation.index)
            else { throw LifecycleError.notFound("no login/\(id)") }
            return (try EntryEncoding.decode(stored.body), operation.index)
        } catch let error as LifecycleError {
            throw error
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }
}
