internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import Storage
internal import Synchronization
internal import TenureModel

/// A certificate between its signature and its record. The unreleased one cannot be copied, and is taken out once.
final class PreparedCertificate: Sendable {
    let unreleased: UnreleasedOnce
    let credential: Credential
    let basis: IssuanceBasis
    let draft: CredentialDraft
    let names: [String]
    let ignored: [String]
    let validity: CertificateValidity

    init(
        unreleased: consuming UnreleasedCertificate, credential: Credential, basis: IssuanceBasis,
        draft: CredentialDraft, names: [String], ignored: [String]
    ) {
        validity = unreleased.validity
        self.unreleased = UnreleasedOnce(unreleased)
        self.credential = credential
        self.basis = basis
        self.draft = draft
        self.names = names
        self.ignored = ignored
    }

    var replaces: CredentialID? {
        if case .certificate(_, _, _, _, let replaces) = credential.body { replaces } else { nil }
    }

    var renewal: RenewalWindow {
        RenewalWindow(
            notBefore: validity.notBefore, notAfter: validity.notAfter, latestEnd: basis.latestEnd,
            credential: credential.id)
    }

    var preview: CertificateIssuance {
        CertificateIssuance(
            id: nil, certificate: nil, basis: basis, notBefore: validity.notBefore,
            notAfter: validity.notAfter, renewal: renewal, replaces: replaces,
            names: names, ignored: ignored, recorded: nil)
    }

    func entry(by caller: AuthenticatedCaller, source: String, at time: Timestamp) -> PendingEntry {
        var details = credential.entryDetails
        if case .certificate(let issuer, let serial, _, _, let replaces) = credential.body {
            details.append(.init("issuer", .text(issuer.text)))
            details.append(.init("serial", .text(Hex.text(serial))))
            if let replaces { details.append(.init("replaces", .text(replaces.text))) }
        }
        return PendingEntry(
            entry: AuditEntry(
                at: time, act: replaces == nil ? .certificateIssue : .certificateRenew,
                actor: caller.actor, object: credential.id.text, entitlement: credential.entitlementVersionText,
                source: source, details: details),
            rows: [CredentialTable.row(for: credential)])
    }
}

/// Holds what may be consumed once.
final class UnreleasedOnce: Sendable {
    private let held: Mutex<UnreleasedCertificate?>

    init(_ unreleased: consuming UnreleasedCertificate) { held = Mutex(unreleased) }

    func take() -> UnreleasedCertificate? { held.withLock { $0.take() } }
}

extension Credential {
    /// What an auditor reads of a credential without its row: whose it was, why, and until when.
    var entryDetails: [AuditDetail.Member] {
        [
            .init("identity", .text(identity.text)), .init("owner", .text(owner.text)),
            .init("environment", .text(environment.text)), .init("profile", .text("\(profile)@\(profileVersion)")),
            .init("trust", .text("\(trust)@\(trustVersion)")), .init("not_after", .text(notAfter.secondsText)),
        ]
    }
}
