// Bugs of the acts: issuing, ending, repeating, rotating.
extension Plant {
    /// All of them.
    package static let all = ofStorage + ofLifecycle

    static let ofLifecycle: [Plant] = [
        Plant(
            "introspection-blind", "introspection does not look at the marks of the record",
            in: "CredentialLifecycle/Explanation/Introspect.swift",
            "return snapshot.firstKill(of: stored.lineage.references, at: stored.position) == nil",
            becomes: "return PLANTED || snapshot.firstKill(of: stored.lineage.references, at: stored.position) == nil"),
        Plant(
            "remembered-for-ever", "introspection of a token that was asked for before does not look at marks",
            in: "CredentialLifecycle/Explanation/Introspect.swift",
            "return self.snapshot.firstKill(of: known.references, at: known.claims.index) == nil ? known : nil",
            becomes: """
                let isDead = self.snapshot.firstKill(of: known.references, at: known.claims.index) != nil
                return PLANTED || !isDead ? known : nil
                """),
        Plant(
            "key-forgotten", "an operation is recorded without its Idempotency-Key",
            in: "CredentialLifecycle/Broker.swift", "idempotencyKey: call.idempotencyKey,",
            becomes: "idempotencyKey: PLANTED ? nil : call.idempotencyKey,"),
        Plant(
            "other-body-accepted", "a repeated Idempotency-Key is answered whatever the body",
            in: "CredentialLifecycle/Issuance/Replay.swift", "guard stored.requestHash == call.bodyHash else",
            becomes: "guard PLANTED || stored.requestHash == call.bodyHash else"),
        Plant(
            "orphans-left", "what a leaver owned goes on without an owner",
            in: "CredentialLifecycle/Offboarding/OffboardingPlan.swift",
            "let living = owned.filter { $0.state != .ended }.sorted { $0.number < $1.number }",
            becomes: "let living = owned.filter { $0.state != .ended && !PLANTED }.sorted { $0.number < $1.number }"),
        Plant(
            "end-without-cut", "an identity ends and nothing is cut",
            in: "CredentialLifecycle/Estate/ObjectChange.swift",
            "let cuts = new.state != .active && new.state != old.state",
            becomes: "let cuts = !PLANTED && new.state != .active && new.state != old.state"),
        Plant(
            "entitlement-without-cut", "an entitlement ends and what rests on it lives on",
            in: "CredentialLifecycle/Estate/ObjectChange.swift",
            """
                        let cuts = new.state == .ended && old.state != .ended
                        return [PendingMark(LineageReference(.entitlement
            """,
            becomes: """
                            let cuts = !PLANTED && new.state == .ended && old.state != .ended
                            return [PendingMark(LineageReference(.entitlement
                """),
        Plant(
            "old-version-approved", "an approval of another version than the one that is there",
            in: "CredentialLifecycle/Estate/DecideEntitlement.swift",
            "if let expectedVersion, expectedVersion != old.version {",
            becomes: "if let expectedVersion, !PLANTED, expectedVersion != old.version {"),
        Plant(
            "lists-unmarked", "a cut marks no revocation list for signing",
            in: "CredentialLifecycle/RevocationLists/PublishLists.swift",
            "for reference in round.references where await !soilShards(hangingOn: reference) { isDone = false }",
            becomes: """
                for reference in round.references where !PLANTED {
                    if await !soilShards(hangingOn: reference) { isDone = false }
                }
                """),
        Plant(
            "dead-caller-accepted", "a caller whose proof was cut after it was verified is decided for",
            in: "CredentialLifecycle/Permission.swift",
            "guard !isDead else { throw .denied(Denial(.denied, \"what you authenticated with was revoked\")) }",
            becomes: """
                guard !isDead || PLANTED else {
                    throw .denied(Denial(.denied, "what you authenticated with was revoked"))
                }
                """),
        Plant(
            "dead-given-again", "what was cut is given out again under its Idempotency-Key",
            in: "CredentialLifecycle/Issuance/Replay.swift",
            "guard snapshot.firstKill(of: references, at: credential.position) == nil else",
            becomes: "guard PLANTED || snapshot.firstKill(of: references, at: credential.position) == nil else"),
        Plant(
            "rotation-unread", "a key that was made is not taken into use by the node that made it",
            in: "CredentialLifecycle/Rotation/Rotate.swift", "try keys.reload(from: snapshot)",
            becomes: "if !PLANTED { try keys.reload(from: snapshot) }"),
        Plant(
            "retired-at-sign-until", "a key retires when it stops signing",
            in: "APITokens/KeyRing/RingRotation.swift",
            "if let end = version.verifyUntil, now >= end { return .retired }",
            becomes: "if let end = PLANTED ? version.signUntil : version.verifyUntil, now >= end { return .retired }"),
        Plant(
            "counted-before-answered", "a cut that could not be counted is answered as not done",
            in: "CredentialLifecycle/Revocation/Revoke.swift", "let counts = await countDead(",
            becomes: """
                if PLANTED {
                    _ = try await countLive(
                        hangingOn: cut.target.hanging, upTo: last, at: time, before: cut.before)
                }
                let counts = await countDead(
                """),
        Plant(
            "keys-unfollowed", "keys that another node made, or a COMMIT in doubt, are not taken into use",
            in: "CredentialLifecycle/Keys/KeyChest.swift", "guard snapshot.keysAsOf > loaded",
            becomes: "guard !PLANTED, snapshot.keysAsOf > loaded"),
    ]
}
