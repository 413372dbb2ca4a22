package import APITokens
internal import AuditLog
package import Authorization
package import CertificateAuthority
internal import OpenSSLCrypto
package import Storage
package import TenureModel

/// A token that was recorded and may leave, or what a dry run would have issued. It cannot be copied, as the token in
/// it.
package struct TokenIssuance: ~Copyable, Sendable {
    /// Nil of a dry run.
    package let id: CredentialID?
    package let token: RevealedToken?
    package let basis: IssuanceBasis
    package let audience: Audience
    package let notAfter: Timestamp
    package let renewal: RenewalWindow
    package let recorded: Recorded?

    /// The text of the token, for the answer and for nothing else; nil of a dry run.
    package consuming func text() -> String? {
        guard let token = token else { return nil }
        return token.text()
    }
}

extension Broker {
    /// Issues an HMAC token: authorize, record the claims, and only then make the signature (P2). The index that the
    /// claims carry exists only in the transaction.
    package func issueToken(
        _ operation: IssueToken, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> TokenIssuance {
        if let replay = try await replayedToken(by: caller, in: call) { return replay }
        var isReached = false
        for _ in 0..<Self.attemptsMax {
            let liveBound = try await liveBound(caller, isReached: isReached)
            let prepared = try prepare(operation, by: caller)
            if call.isDryRun { return preview(prepared) }
            let member = RecordingMember(
                operation: self.operation(
                    .tokenIssue, call, by: caller.identity, object: prepared.credential.id.text),
                floor: prepared.basis.floor, references: prepared.draft.references(of: prepared.credential),
                entries: [tokenEntry(prepared, by: caller, source: call.source)],
                presentation: presentation(of: caller, in: prepared.draft.notBefore), liveBound: liveBound)
            switch await recorder.record(member) {
            case .success(let recorded):
                guard let receipt = recorded.receipts.first else {
                    throw .unavailable(.init("no receipt came back for \(prepared.credential.id)"))
                }
                return try reveal(prepared, after: receipt, recorded)
            case .failure(.refused(.changed)):
                continue
            case .failure(.refused(.tooManyLive)):
                isReached = true
            case .failure(.refused(.idempotencyKeyUsed)):
                if let replay = try await replayedToken(by: caller, in: call) { return replay }
                throw .unavailable(.init("an operation of the same key is under way"))
            case .failure(let error):
                throw LifecycleError(error, operation: call.operation)
            }
        }
        throw .unavailable(.init("what the decision rests on keeps changing"))
    }

    /// The one profile under which a caller may have tokens for an audience; nil where there is none. For requests that
    /// name no profile: it chooses, the decision is made on what was chosen.
    ///
    /// - Throws: `invalid` where there are several.
    package func tokenProfile(
        for audience: Audience, of caller: AuthenticatedCaller
    ) throws(LifecycleError) -> Name? {
        let snapshot = self.snapshot
        try snapshot.refuseDead(caller)
        var found: [Name] = []
        for entitlement in snapshot.entitlements(of: caller.identity) where entitlement.state == .active {
            guard let profile = snapshot.profile(entitlement.profile), case .token(let token) = profile.body,
                token.audiences.contains(audience),
                entitlement.terms.constraints.audiences?.contains(audience) ?? true,
                !found.contains(profile.name)
            else { continue }
            found.append(profile.name)
        }
        guard found.count <= 1 else {
            let names = found.map(\.text).sorted().joined(separator: ", ")
            throw .invalid(field: "profile", detail: "several give tokens for this audience: name one of \(names)")
        }
        return found.first
    }

    /// A token between decision and record: its claims, and the key that will sign them.
    struct PreparedToken {
        let credential: Credential
        let basis: IssuanceBasis
        let draft: CredentialDraft
        let audience: Audience
        let key: AudienceKey
        let form: TokenForm
    }

    private func prepare(
        _ operation: IssueToken, by caller: AuthenticatedCaller
    ) throws(LifecycleError) -> PreparedToken {
        let snapshot = self.snapshot
        let time = now()
        let facts = try IssuanceFacts(caller, profile: operation.profile, renewing: nil, in: snapshot, now: time)
        let basis: IssuanceBasis
        do throws(Denial) {
            basis = try Authorizer.authorize(operation, on: facts).basis
        } catch {
            throw .denied(error)
        }
        guard case .token(let profile) = basis.profile.body else {
            throw .denied(Denial(.denied, "the profile is not for tokens", field: "profile"))
        }
        let key = try signingKey(basis.environment, operation.audience, at: time, snapshot)
        let begins = time.wholeSecond
        let draft = CredentialDraft(
            id: try makeID(), basis: basis, proof: caller.proof,
            // For verifiers whose clock is behind (THREATS, section 3).
            notBefore: begins.adding(seconds: -CertificateValidity.skewSeconds),
            notAfter: begins.adding(seconds: basis.lifetimeSeconds), family: nil)
        let credential = draft.credential(
            body: .token(audience: operation.audience, scopes: basis.scopes, keyID: key.kid.text), subjectKey: nil,
            signingKey: key.reference.number)
        return PreparedToken(
            credential: credential, basis: basis, draft: draft, audience: operation.audience, key: key,
            form: profile.bare ? .bare : .prefixed)
    }

    private func signingKey(
        _ environment: EnvironmentName, _ audience: Audience, at time: Timestamp, _ snapshot: Snapshot
    ) throws(LifecycleError) -> AudienceKey {
        let key: AudienceKey?
        do throws(CryptoError) {
            key = try keys.tokenRing(environment)?.signingKey(for: audience, at: time) { snapshot.mark($0) }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        guard let key else { throw .unavailable(.init("no key signs for \(audience)")) }
        return key
    }

    private func tokenEntry(_ prepared: PreparedToken, by caller: AuthenticatedCaller, source: String) -> PendingEntry {
        let credential = prepared.credential
        var details = credential.entryDetails
        details.append(.init("audience", .text(prepared.audience.text)))
        details.append(.init("scope", .list(prepared.basis.scopes.map { .text($0.text) })))
        details.append(.init("kid", .text(prepared.key.kid.text)))
        return PendingEntry(
            entry: AuditEntry(
                at: now(), act: .tokenIssue, actor: caller.actor, object: credential.id.text,
                entitlement: credential.entitlementVersionText, source: source, details: details),
            rows: [CredentialTable.row(for: credential)])
    }

    private func preview(_ prepared: PreparedToken) -> TokenIssuance {
        TokenIssuance(
            id: nil, token: nil, basis: prepared.basis, audience: prepared.audience,
            notAfter: prepared.credential.notAfter, renewal: renewal(of: prepared.credential, on: prepared.basis),
            recorded: nil)
    }

    func renewal(of credential: Credential, on basis: IssuanceBasis) -> RenewalWindow {
        RenewalWindow(
            notBefore: credential.notBefore, notAfter: credential.notAfter, latestEnd: basis.latestEnd,
            credential: credential.id)
    }

    /// Makes the text of a recorded token, after one more look at the marks.
    func reveal(
        _ prepared: PreparedToken, after receipt: AuditReceipt, _ recorded: Recorded?
    ) throws(LifecycleError) -> TokenIssuance {
        guard let claims = TokenClaims(credential: prepared.credential, issuer: keys.issuer, log: keys.log) else {
            throw .unavailable(.init("\(prepared.credential.id) is no token"))
        }
        let snapshot = self.snapshot
        do throws(MintingError) {
            let unreleased = try TokenMinter.prepare(claims, key: prepared.key, form: prepared.form)
            let token = try unreleased.reveal(after: receipt) { snapshot.mark($0) }
            return TokenIssuance(
                id: prepared.credential.id, token: token, basis: prepared.basis, audience: prepared.audience,
                notAfter: prepared.credential.notAfter,
                renewal: renewal(of: prepared.credential, on: prepared.basis), recorded: recorded)
        } catch {
            if case .dead = error { throw .denied(Denial(.denied, "it was revoked while it was issued")) }
            throw .unavailable(.init("\(error)"))
        }
    }
}
