internal import AuditLog
package import Authorization
package import CertificateAuthority
internal import OpenSSLCrypto
package import Storage
package import TenureModel

/// A certificate that was recorded and may leave, or what a dry run would have issued.
package struct CertificateIssuance: Sendable {
    /// Nil of a dry run.
    package let id: CredentialID?
    package let certificate: SignedCertificate?
    package let basis: IssuanceBasis
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    package let renewal: RenewalWindow
    package let replaces: CredentialID?
    /// DNS names, then the URI.
    package let names: [String]
    /// What the request asked for and does not get.
    package let ignored: [String]
    package let recorded: Recorded?
}

extension Broker {
    /// How often a decision is taken anew when what it rests on changed before it was recorded.
    static let attemptsMax = 4

    /// Issues a certificate for the key of a CSR: authorize, verify the CSR, build from the authorization, lint, sign,
    /// record, and only then reveal (DESIGN, section 3).
    package func issueCertificate(
        _ operation: IssueCertificate, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> CertificateIssuance {
        if let replay = try await replayedCertificate(by: caller, in: call) { return replay }
        let renewed = try await renewedCredential(operation, by: caller)
        var isReached = false
        for _ in 0..<Self.attemptsMax {
            let liveBound = try await liveBound(caller, isReached: isReached)
            let prepared = try await prepare(operation, renewing: renewed, by: caller)
            if call.isDryRun { return prepared.preview }
            let record = self.operation(
                operation.renews == nil ? .certificateIssue : .certificateRenew, call, by: caller.identity,
                object: prepared.credential.id.text)
            let member = RecordingMember(
                operation: record, floor: prepared.basis.floor,
                references: prepared.draft.references(of: prepared.credential),
                entries: [prepared.entry(by: caller, source: call.source, at: now())],
                presentation: presentation(of: caller, in: prepared.draft.notBefore), liveBound: liveBound)
            switch await recorder.record(member) {
            case .success(let recorded):
                return try release(prepared, recorded)
            case .failure(.refused(.changed)):
                continue
            case .failure(.refused(.tooManyLive)):
                isReached = true
            case .failure(.refused(.idempotencyKeyUsed)):
                if let replay = try await replayedCertificate(by: caller, in: call) { return replay }
                throw .unavailable(.init("an operation of the same key is under way"))
            case .failure(let error):
                throw LifecycleError(error, operation: call.operation)
            }
        }
        throw .unavailable(.init("what the decision rests on keeps changing"))
    }

    private func prepare(
        _ operation: IssueCertificate, renewing renewed: Credential?, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> PreparedCertificate {
        let snapshot = self.snapshot
        let time = now()
        let facts = try IssuanceFacts(
            caller, profile: operation.profile, renewing: renewed?.entitlement, in: snapshot, now: time)
        let authorized: Authorized<IssueCertificate>
        do throws(Denial) {
            authorized = try Authorizer.authorize(operation, on: facts)
        } catch {
            throw .denied(error)
        }
        guard case .certificate(let profile) = authorized.basis.profile.body else {
            throw .denied(Denial(.denied, "the profile is not for certificates", field: "profile"))
        }
        let issuer = try keys.issuer(at: time) { snapshot.mark($0) }
        let bench = workshop.bench(for: authorized.basis.profile, profile, issuer: issuer, keys: keys)
        let csr: VerifiedCSR
        do throws(RequestRefusal) {
            csr = try bench.checker.verify(pem: operation.csrPEM) { snapshot.mark($0)?.kills(since: .max) ?? false }
        } catch {
            throw .request(error)
        }
        return try await prepare(
            authorized, profile: profile, csr: csr, issuer: issuer, bench: bench, renewing: renewed, caller: caller,
            time: time)
    }

    private func prepare(
        _ authorized: consuming Authorized<IssueCertificate>, profile: CertificateProfile, csr: VerifiedCSR,
        issuer: Issuer, bench: CertificateWorkshop.Bench, renewing renewed: Credential?, caller: AuthenticatedCaller,
        time: Timestamp
    ) async throws(LifecycleError) -> PreparedCertificate {
        let basis = authorized.basis
        let id: CredentialID = try makeID()
        let serial: SerialNumber
        let subject: CertificateSubject
        let validity: CertificateValidity
        do {
            serial = SerialNumber(random: try chance(SerialNumber.octetCount))
            subject = try CertificateSubject(
                profile: profile, identity: basis.identity, environment: basis.environment,
                constraints: basis.entitlement.terms.constraints, trustDomain: keys.trustDomain)
            validity = try CertificateValidity(
                now: time, profile: profile, requestedSeconds: basis.lifetimeSeconds, constraintSeconds: nil,
                latestEnd: basis.latestEnd, issuer: issuer.facts)
        } catch let error as CryptoError {
            throw .unavailable(.init("\(error)"))
        } catch {
            throw .denied(Denial(.denied, "profile and entitlement give it no certificate: \(error)"))
        }
        let draft = CredentialDraft(
            id: id, basis: basis, proof: caller.proof, notBefore: validity.notBefore, notAfter: validity.notAfter,
            family: renewed?.lineage.family)
        let shard =
            profile.hasNoRevocation
            ? nil
            : try await takeShard(of: issuer, revocationSeconds: profile.revocationSeconds, end: validity.notAfter)
        let signingKey = LineageReference.signingKey(spkiDER: issuer.facts.publicKey.spkiDER).number
        func body(_ der: [UInt8]) -> CredentialBody {
            .certificate(
                issuer: issuer.id, serial: serial.octets, shard: shard?.number ?? 0, der: der, replaces: renewed?.id)
        }
        var credential = draft.credential(
            body: body([]), subjectKey: csr.keyReference.number, signingKey: signingKey)
        let lineage =
            profile.foreignConsumers
            ? nil : LineageExtension(log: keys.logNumber, floor: basis.floor, lineage: credential.lineage)
        let order = CertificateOrder(
            purpose: .credential(id), subject: subject, key: csr, validity: validity, lineage: lineage, shard: shard)
        do {
            let tbs = bench.template.tbsCertificate(for: order, serial: serial)
            let unreleased = try issuer.issue(try bench.linter.lint(tbs, serial: serial, against: order))
            credential.body = body(unreleased.unreleasedDER)
            return PreparedCertificate(
                unreleased: unreleased, credential: credential, basis: basis, draft: draft,
                names: subject.nameTexts, ignored: csr.ignoredWishes(for: subject).map { "\($0.kind): \($0.text)" })
        } catch {
            throw .unavailable(.init("no certificate was made: \(error)"))
        }
    }

    /// The last look at the marks, then the certificate itself: the receipt is its own, or nothing leaves.
    private func release(
        _ prepared: PreparedCertificate, _ recorded: Recorded
    ) throws(LifecycleError) -> CertificateIssuance {
        let credential = prepared.credential
        guard snapshot.firstKill(of: credential.lineage.references, at: credential.position) == nil else {
            throw .denied(Denial(.denied, "it was revoked while it was issued"))
        }
        guard let receipt = recorded.receipts.first, let unreleased = prepared.unreleased.take() else {
            throw .unavailable(.init("no receipt came back for \(credential.id)"))
        }
        let signed: SignedCertificate
        do throws(ReleaseRefusal) {
            signed = try unreleased.reveal(after: receipt)
        } catch {
            throw .unavailable(.init("the receipt is for something else: \(error)"))
        }
        return CertificateIssuance(
            id: credential.id, certificate: signed, basis: prepared.basis, notBefore: signed.notBefore,
            notAfter: signed.notAfter, renewal: prepared.renewal, replaces: prepared.replaces, names: prepared.names,
            ignored: prepared.ignored, recorded: recorded)
    }
}
