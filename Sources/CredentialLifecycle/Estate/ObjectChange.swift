internal import AuditLog
internal import Storage
package import TenureModel

/// One object made or changed: an entry of its own in the log, with the row of its next version and the marks that make
/// every later decision look again.
package enum ObjectChange: Hashable, Sendable {
    case identity(from: Identity?, to: Identity)
    case trust(from: Trust?, to: Trust)
    case profile(from: Profile?, to: Profile)
    case entitlement(from: Entitlement?, to: Entitlement)
    case keyVersion(from: KeyVersion?, to: KeyVersion)

    /// The act as which the change is recorded and judged.
    package var act: Act {
        switch self {
        case .identity: .identityWrite
        case .trust: .trustWrite
        case .profile: .profileWrite
        case .keyVersion: .keyRotate
        case .entitlement(let old, let new):
            if new.state == .ended {
                .entitlementEnd
            } else if new.state == .active, old?.state == .requested {
                .entitlementApprove
            } else {
                .entitlementRequest
            }
        }
    }

    /// The id of the object, as it stands in the entry.
    package var object: String {
        switch self {
        case .identity(_, let new): new.id.text
        case .trust(_, let new): new.id.text
        case .profile(_, let new): new.id.text
        case .entitlement(_, let new): new.versionText
        case .keyVersion(_, let new): new.id.text
        }
    }

    var row: AuditedRow {
        switch self {
        case .identity(_, let new): IdentityTable.row(for: new)
        case .trust(_, let new): TrustTable.row(for: new)
        case .profile(_, let new): ProfileTable.row(for: new)
        case .entitlement(_, let new): EntitlementTable.row(for: new)
        case .keyVersion(_, let new): KeyVersionTable.row(for: new)
        }
    }

    /// Every change of what exists raises its reference; an end or a suspension cuts it (DESIGN, section 3).
    func marks(reason: RevocationReason) -> [PendingMark] {
        switch self {
        case .identity(let old?, let new):
            let cuts = new.state != .active && new.state != old.state
            let own = PendingMark(LineageReference(.identity, new.number), cuts: cuts, reason: reason)
            // What a person or team owned rests on their `o`; their end is seen there, and cuts nothing by itself.
            guard new.workload == nil else { return [own] }
            return [own, PendingMark(LineageReference(.owner, new.number), cuts: false, reason: reason)]
        case .trust(let old?, let new):
            let cuts = new.state == .ended && old.state != .ended
            return [PendingMark(LineageReference(.trust, new.number), cuts: cuts, reason: reason)]
        case .profile(let old?, let new):
            let cuts = new.state == .ended && old.state != .ended
            return [PendingMark(LineageReference(.profile, new.number), cuts: cuts, reason: reason)]
        case .entitlement(let old?, let new):
            let cuts = new.state == .ended && old.state != .ended
            return [PendingMark(LineageReference(.entitlement, new.number), cuts: cuts, reason: reason)]
        case .identity(nil, _), .trust(nil, _), .profile(nil, _), .entitlement(nil, _), .keyVersion:
            return []
        }
    }

    private var details: [AuditDetail.Member] {
        switch self {
        case .identity(_, let new):
            var details: [AuditDetail.Member] = [
                .init("name", .text(new.reference.description)), .init("version", .number(new.version)),
                .init("state", .text(new.state.rawValue)),
            ]
            if let workload = new.workload { details.append(.init("owner", .text(workload.owner.text))) }
            return details
        case .trust(_, let new):
            return [
                .init("name", .text(new.name.text)), .init("version", .number(new.version)),
                .init("state", .text(new.state.rawValue)), .init("identity", .text(new.identity.text)),
            ]
        case .profile(_, let new):
            return [
                .init("name", .text(new.name.text)), .init("version", .number(new.version)),
                .init("state", .text(new.state.rawValue)), .init("kind", .text(new.body.kind.rawValue)),
            ]
        case .entitlement(_, let new):
            var details: [AuditDetail.Member] = [
                .init("identity", .text(new.identity.text)), .init("profile", .text(new.profile.text)),
                .init("state", .text(new.state.rawValue)), .init("granter", .text(new.granter.text)),
                .init("justification", .text(new.terms.justification.text)),
            ]
            if let approver = new.approver { details.append(.init("approver", .text(approver.text))) }
            return details
        case .keyVersion(_, let new):
            var details: [AuditDetail.Member] = [
                .init("purpose", .text(new.purpose.text)), .init("version", .number(new.version)),
                .init("state", .text(new.state.rawValue)),
            ]
            // A receipt is believed because the log says with which key it is signed (FORMATS, section 2).
            if new.purpose == .receipt { details.append(.init("public_key", .text(Base64.text(new.publicKey)))) }
            return details
        }
    }

    /// The entry with all that it writes.
    func pendingEntry(
        by actor: AuditActor, source: String?, at time: Timestamp, under entitlement: String? = nil,
        reason: RevocationReason = .unspecified
    ) -> PendingEntry {
        PendingEntry(
            entry: AuditEntry(
                at: time, act: act, actor: actor, object: object, entitlement: entitlement, source: source,
                details: details),
            rows: [row], marks: marks(reason: reason))
    }
}
