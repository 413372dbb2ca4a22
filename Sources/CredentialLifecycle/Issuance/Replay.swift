internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import Storage
internal import TenureModel

// The same `Idempotency-Key` with the same body gives the same answer, after the same look at the marks: who was
// offboarded meanwhile fetches nothing (PITFALLS, section 3.1; THREATS, T13).
extension Broker {
    /// The operation that this identity's key names already, or nil.
    func earlierOperation(
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> StoredOperation? {
        guard let key = call.idempotencyKey, !call.isDryRun else { return nil }
        let stored: StoredOperation?
        do throws(StorageError) {
            stored = try await ledger.operation(of: caller.identity, idempotencyKey: key)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        guard let stored, now() < stored.at.adding(seconds: 86_400) else { return nil }
        // defence: T13
        guard stored.requestHash == call.bodyHash else {
            throw .invalid(field: "Idempotency-Key", detail: "used before with another request")
        }
        return stored
    }

    private func replayedCredential(
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> Credential? {
        guard let stored = try await earlierOperation(by: caller, in: call) else { return nil }
        guard let text = stored.object, let id = try? CredentialID(text) else {
            throw .invalid(field: "Idempotency-Key", detail: "used before for something else")
        }
        let credential = try await credential(id)
        let references = credential.lineage.references + caller.proof.references
        // defence: T13
        guard snapshot.firstKill(of: references, at: credential.position) == nil else {
            throw .denied(Denial(.denied, "what was issued under this key is revoked"))
        }
        return credential
    }

    func replayedToken(
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> TokenIssuance? {
        guard let credential = try await replayedCredential(by: caller, in: call) else { return nil }
        guard case .token(let audience, _, let keyID) = credential.body, let kid = KeyID(keyID) else {
            throw .invalid(field: "Idempotency-Key", detail: "used before for something else")
        }
        let snapshot = self.snapshot
        var found: AudienceKey?
        do {
            found = try keys.tokenRing(credential.environment)?
                .verificationKey(kid: kid, audience: audience, at: now()) { snapshot.mark($0) }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        guard let key = found else { throw .denied(Denial(.denied, "the key that signed it is gone")) }
        let basis = try basis(of: credential, in: snapshot)
        guard case .token(let profile) = basis.profile.body else {
            throw .unavailable(.init("profile of another kind"))
        }
        let prepared = PreparedToken(
            credential: credential, basis: basis, draft: try draft(of: credential, basis: basis, caller),
            audience: audience, key: key, form: profile.bare ? .bare : .prefixed)
        let receipt = try await receipt(of: credential)
        return try reveal(prepared, after: receipt.receipt, receipt.recorded)
    }

    func replayedCertificate(
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> CertificateIssuance? {
        guard let credential = try await replayedCredential(by: caller, in: call) else { return nil }
        guard case .certificate(let issuerID, _, _, _, let replaces) = credential.body,
            let issuer = keys.issuer(issuerID)
        else { throw .invalid(field: "Idempotency-Key", detail: "used before for something else") }
        let signed: SignedCertificate
        let receipt = try await receipt(of: credential)
        guard let found = SignedCertificate(recorded: credential, chainPEM: issuer.chainPEM) else {
            throw .unavailable(.init("\(credential.id) is no certificate"))
        }
        signed = found
        let basis = try basis(of: credential, in: snapshot)
        return CertificateIssuance(
            id: credential.id, certificate: signed, basis: basis, notBefore: signed.notBefore,
            notAfter: signed.notAfter, renewal: renewal(of: credential, on: basis), replaces: replaces,
            names: credential.certifiedNames, ignored: [], recorded: receipt.recorded)
    }

    private func receipt(
        of credential: Credential
    ) async throws(LifecycleError) -> (receipt: AuditReceipt, recorded: Recorded) {
        do throws(StorageError) {
            let found = try await ledger.receipt(of: credential)
            let operation = try await ledger.operation(ofCredentialAt: credential.index)
            let recorded = Recorded(
                operation: operation?.id ?? OperationID(high: 0, low: 0), firstIndex: credential.index,
                receipts: [found], checkpoint: recorder.checkpoint)
            return (found, recorded)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func draft(
        of credential: Credential, basis: IssuanceBasis, _ caller: AuthenticatedCaller
    ) throws(LifecycleError) -> CredentialDraft {
        CredentialDraft(
            id: credential.id, basis: basis, proof: caller.proof, notBefore: credential.notBefore,
            notAfter: credential.notAfter, family: credential.lineage.family)
    }
}
