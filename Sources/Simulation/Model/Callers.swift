internal import AuditLog
internal import Storage
internal import TenureModel

/// Judges who did what was recorded: nothing was done by who had been let in by something that was cut since.
struct Callers {
    let entries: [(LogEntry, AuditEntry)]
    let credentials: [Credential]
    /// Where each reference was cut, in the order of the log.
    let cuts: [LineageReference: [Int64]]
    let snapshot: Snapshot

    func judge(_ history: History) {
        judgeSessions(history)
        judgeRenewals(history)
    }

    /// How a session was opened, and where.
    private struct Login {
        let index: Int64
        let references: [LineageReference]
    }

    private func judgeSessions(_ history: History) {
        let logins = logins
        for (stored, entry) in entries where entry.outcome == .done {
            guard let session = entry.actor.session, let login = logins[session.text] else { continue }
            for reference in login.references {
                let cut = cuts[reference]?.first { cut in
                    // A session that ends itself is heard to the end of its act.
                    login.index < cut && cut < stored.index && entries[Int(cut)].1.actor.session != session
                }
                guard let cut else { continue }
                history.violate(
                    .offboarding,
                    "\(entry.act.rawValue) at \(stored.index) by a session of \(login.index), whose"
                        + " \(reference.kind.rawValue) was cut at \(cut)")
            }
        }
    }

    private var logins: [String: Login] {
        var numbers: [String: LineageReference] = [:]
        for identity in snapshot.identities { numbers[identity.id.text] = LineageReference(.identity, identity.number) }
        for trust in snapshot.trusts { numbers[trust.id.text] = LineageReference(.trust, trust.number) }
        var logins: [String: Login] = [:]
        for (stored, entry) in entries where entry.act == .loginCreate && entry.outcome == .done {
            guard let session = entry.object else { continue }
            var references: [LineageReference] = []
            if let identity = entry.actor.id.flatMap({ numbers[$0] }) { references.append(identity) }
            for detail in entry.details {
                guard case .text(let text) = detail.value else { continue }
                if detail.key == "trust", let id = text.split(separator: "@").first, let trust = numbers[String(id)] {
                    references.append(trust)
                }
                if detail.key == "a", let number = UInt64(text, radix: 16) {
                    references.append(LineageReference(.authentication, Int64(bitPattern: number)))
                }
            }
            logins[session] = Login(index: stored.index, references: references)
        }
        return logins
    }

    /// Who renews shows a certificate that lives.
    private func judgeRenewals(_ history: History) {
        var byID: [CredentialID: Credential] = [:]
        for credential in credentials { byID[credential.id] = credential }
        for credential in credentials {
            guard case .certificate(_, _, _, _, let replaced?) = credential.body, let old = byID[replaced] else {
                continue
            }
            for reference in old.lineage.references {
                let cut = cuts[reference]?.first { cut in
                    cut < credential.index && (!reference.kind.isOpen || cut >= old.position)
                }
                guard let cut else { continue }
                history.violate(
                    .offboarding,
                    "the certificate of \(credential.index) renews that of \(old.index), which was cut at \(cut)")
            }
        }
    }
}
