internal import APITokens
internal import AuditLog
package import Storage
package import TenureModel

// The issuing CA passes its work on to the successor that lies published; what it signed is verified until it ends.
extension Broker {
    /// The rows of a handover: the CA that signs gets an end, its successor a beginning, and a newcomer is published in
    /// the successor's place. Certificates of the old one go on being listed and verified until the last has ended.
    ///
    /// - Parameter newcomer: nil where the root's key lies elsewhere.
    func issuingSteps(
        _ newcomer: KeyVersion?, in snapshot: Snapshot, at now: Timestamp
    ) throws(LifecycleError) -> [RotationStep] {
        let all = IssuingStanding.all(in: snapshot)
        guard !all.contains(where: { $0.version.signUntil.map { now < $0 } ?? false }) else {
            throw .conflict("the last rotation still waits for its successor to sign")
        }
        let living = all.filter { $0.lives(at: now) }
        let current = living.first { $0.version.signFrom <= now } ?? living.first
        let published = living.first { $0.version.id != current?.version.id }
        guard let successor = published?.version ?? newcomer else { throw .conflict(Self.ceremony) }
        // Every verifier that asks for the bundle has the successor by then; where nothing signs, nobody waits.
        let lead = successor.published.adding(seconds: RingRotation.publicationLeadSeconds)
        let start = current == nil ? now : max(now, lead)
        var steps: [RotationStep] = []
        for old in all where old.notAfter <= now {
            steps.append(RotationStep(change: .keyVersion(from: old.version, to: old.version.next(.retired))))
        }
        if let current {
            let next = current.version.next(.draining) { next in
                next.signUntil = start
                next.verifyUntil = current.notAfter
            }
            steps.append(
                RotationStep(change: .keyVersion(from: current.version, to: next), references: [current.reference]))
        }
        if let published {
            let next = published.version.next(.active) { $0.signFrom = start }
            steps.append(
                RotationStep(
                    change: .keyVersion(from: published.version, to: next), references: [published.reference]))
            // After the successor, whatever the order of their ids.
            if var newcomer {
                newcomer.signFrom = start.adding(seconds: RingRotation.publicationLeadSeconds)
                steps.append(RotationStep(change: .keyVersion(from: nil, to: newcomer)))
            }
        } else if var newcomer {
            newcomer.state = .active
            newcomer.signFrom = start
            steps.append(RotationStep(change: .keyVersion(from: nil, to: newcomer)))
        }
        return steps
    }

    /// What the schedule owes the issuing CA: a handover when two thirds of its life are over, a successor where none
    /// is published. Nothing that would need a root key which is not here: `issuingHealth` says so instead.
    func dueOfIssuingCA(at now: Timestamp) -> RotationSubject? {
        let snapshot = self.snapshot
        let all = IssuingStanding.all(in: snapshot)
        // A handover that waits is left alone.
        guard !all.contains(where: { $0.version.signUntil.map { now < $0 } ?? false }) else { return nil }
        let living = all.filter { $0.lives(at: now) }
        let keepsRoot = KeyChest.keepsRootKey(snapshot)
        guard living.count > 1 || keepsRoot else { return nil }
        guard let current = living.first else { return .issuingCA }
        if living.count < 2 { return .issuingSuccessor }
        let life = current.notAfter.milliseconds - current.notBefore.milliseconds
        return now >= current.notBefore.adding(milliseconds: life / 3 * 2) ? .issuingCA : nil
    }

    /// What is not well with the issuing CAs, in a sentence for the operator; nil where all is.
    package func issuingConcern() -> String? { Self.issuingConcern(in: snapshot, at: now()) }

    /// The same of an installation that does not run.
    package static func issuingConcern(in snapshot: Snapshot, at now: Timestamp) -> String? {
        let living = IssuingStanding.all(in: snapshot).filter { $0.lives(at: now) }
        guard let last = living.map(\.notAfter).max() else { return "no issuing CA lives: nothing can be certified" }
        if living.count < 2, !KeyChest.keepsRootKey(snapshot) {
            return "\(ceremony): \(last.secondsText)"
        }
        return nil
    }
}
