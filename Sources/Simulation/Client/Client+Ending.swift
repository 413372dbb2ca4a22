internal import APITokens
internal import AuditLog
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

// Asking for something to end.
extension Client {
    /// Revokes one credential that somebody holds: by its id, by the token itself, by the certificate, by its key.
    func revokeHeld(at node: SimulatedNode) async {
        let held = model.read { $0.held }
        let choice = chance.happens(250) ? held.filter { !$0.isToken }.suffix(12) : held.suffix(40)
        guard let held = chance.pick(Array(choice)) else { return }
        let own = held.reference(.credential)
        let family = held.reference(.family)
        switch (held.form, chance.below(3)) {
        case (.token(let text), 0):
            await revoke(.token(text), "leaked \(held.label)", cutting: family, at: node)
        case (.certificate(let der, _), 0):
            await revoke(.certificate(der), "certificate \(held.label)", cutting: own, at: node)
        case (.certificate(_, let spkiDER), 1) where chance.happens(300):
            await revoke(.publicKey(spkiDER), "key of \(held.label)", cutting: held.reference(.subjectKey), at: node)
        default:
            let isLeaked = chance.happens(300)
            await revoke(
                .object(ObjectReference(kind: .credential, name: held.id.text)), "credential \(held.label)",
                because: isLeaked ? .keyCompromise : .superseded, cutting: isLeaked ? family : own, at: node)
        }
    }

    /// Revokes certificates one shortly after the other, at whichever nodes: all stand in their lists then, whichever
    /// list was begun first.
    func revokeTogether(at node: SimulatedNode) async {
        let certificates = model.read { state in state.held.filter { !$0.isToken }.suffix(8).map { $0 } }
        guard !certificates.isEmpty else { return }
        let chosen = (0..<3).compactMap { _ in chance.pick(certificates) }
        let alive = chosen.filter { !model.isDead($0) }
        let before = standing
        await withTaskGroup { group in
            for (place, held) in chosen.enumerated() {
                guard let node = place == 0 ? node : anyNode() else { continue }
                let pause = place == 0 ? 0 : chance.among(0...(6 * world.weather.latency + 4))
                group.addTask { [self] in
                    await world.executor.sleep(pause)
                    await revoke(held, at: node)
                }
            }
        }
        // A list that could not be marked is signed in the next round.
        guard standing == before else { return }
        for held in alive where model.isDead(held) { await checkListed(held, isFinal: false) }
    }

    /// Changes where something goes wrong at a node.
    private var standing: [Int] {
        world.nodes.flatMap { node in node.life.map { [node.place, $0.number, $0.engine.hurts] } ?? [] }
    }

    private func revoke(_ held: Held, at node: SimulatedNode) async {
        await revoke(
            .object(ObjectReference(kind: .credential, name: held.id.text)), "credential \(held.label)",
            cutting: held.reference(.credential), at: node)
    }

    /// Asks for credentials, and cuts something that they hang on while they are decided and recorded.
    func overtake(at node: SimulatedNode) async {
        guard let subject = anyWorkload(), let other = anyNode() else { return }
        async let token: Void = issueToken(subject, at: other)
        async let certificate: Void = issueCertificate(subject, at: other)
        await world.executor.sleep(chance.among(0...(2 * world.weather.latency + 3)))
        await revokeObject(of: subject, at: node)
        _ = await (token, certificate)
    }

    /// Cuts something that much hangs on.
    func revokeObject(of subject: String, at node: SimulatedNode) async {
        guard let broker = node.life?.broker else { return }
        let snapshot = broker.snapshot
        guard let name = try? Name(subject), let identity = snapshot.identity(kind: .workload, name: name) else {
            return
        }
        switch chance.below(7) {
        case 1:
            guard let held = chance.pick(snapshot.entitlements(of: identity.id)) else { return }
            await revoke(object: .entitlement, held.id.text, cutting: .init(.entitlement, held.number), at: node)
        case 2:
            await revoke(object: .workload, subject, cutting: .init(.identity, identity.number), at: node)
        case 3:
            guard let owner = identity.workload.flatMap({ snapshot.identity($0.owner) }) else { return }
            let reference = owner.reference.description
            await revoke(object: .owner, reference, cutting: .init(.owner, owner.number), at: node)
        case 4 where chance.happens(300):
            guard let environment = identity.workload?.environment else { return }
            await revoke(
                object: .environment, environment.text, cutting: .environment(environment), at: node)
        case 5 where chance.happens(300):
            guard let profile = chance.pick(snapshot.profiles.filter { $0.environment != nil }) else { return }
            await revoke(object: .profile, profile.name.text, cutting: .init(.profile, profile.number), at: node)
        case 6 where chance.happens(200): await revokeSigningKey(of: identity, broker, at: node)
        default:
            guard let trust = snapshot.trusts(of: identity.id).first else { return }
            await revoke(object: .trust, trust.name.text, cutting: .init(.trust, trust.number), at: node)
        }
    }

    /// Cuts the key that signs for an audience now; its successor is another act.
    private func revokeSigningKey(of identity: Identity, _ broker: Broker, at node: SimulatedNode) async {
        guard let environment = identity.workload?.environment else { return }
        do {
            let audience = try Audience(Estate.audience(in: environment.text))
            let snapshot = broker.snapshot
            let key = try broker.keys.ring(for: audience)?.signingKey(for: audience, at: node.now) { snapshot.mark($0) }
            guard let key else { return }
            // The kid is of random secrets' ids, which are the same in each run.
            await revoke(object: .key, key.kid.text, cutting: key.reference, at: node)
        } catch {
            history.violate(.soundness, "\(error)")
        }
    }

    private func revoke(
        object kind: ObjectReference.Kind, _ name: String, cutting reference: LineageReference, at node: SimulatedNode
    ) async {
        await revoke(
            .object(ObjectReference(kind: kind, name: name)), "\(kind.rawValue)/\(name)", cutting: reference, at: node)
    }

    private func revoke(
        _ target: RevocationTarget, _ what: String, because reason: RevocationReason = .superseded,
        cutting reference: LineageReference?, at node: SimulatedNode
    ) async {
        guard let reference else { return }
        let operation: OperationID = world.makeID()
        let kill = model.begin(possibly: [reference], at: node)
        let answer = await ask(as: "admin", at: node) { broker, caller in
            try await broker.revoke(target, reason: reason, by: caller, in: self.call(operation))
        }
        guard let answer else { return model.forget(kill) }
        history.note("\(node.name) revoke \(what): \(answer.text { "cut at \($0.cutIndex)" })")
        guard let index = await settle(answer, operation, at: node, recorded: \.recorded) else {
            return model.forget(kill)
        }
        await finish(kill, cutting: [(reference, index)], at: node)
    }

    /// A cut was acknowledged: from now on what it covers is dead at every node.
    private func finish(_ kill: Model.Kill, cutting cuts: [(LineageReference, Int64)], at node: SimulatedNode) async {
        model.finish(kill, cutting: cuts)
        let references = cuts.map(\.0)
        // Where something went wrong on the way, more may have.
        let wentWrong = node.life.map { $0.engine.hurts != kill.hurts } ?? true
        await checkCut(of: references, at: node, isSure: wentWrong)
        let certificates = model.read { state in
            state.held.filter { held in !held.isToken && held.references.contains { references.contains($0) } }
        }
        guard let certificate = chance.pick(certificates) else { return }
        await fetchList(of: certificate)
        if wentWrong { await maintain(node) }
    }

    func offboardWorkload(at node: SimulatedNode) async {
        guard let subject = chance.pick(workloads) else { return }
        await offboard(.workload, subject, to: nil, at: node)
    }

    /// A person or the team leaves; what they own ends, or passes to somebody.
    func offboardOwner(at node: SimulatedNode) async {
        let isTeam = chance.happens(200)
        guard let subject = isTeam ? "crew" : chance.pick(people) else { return }
        var heir: String?
        if chance.happens(600), let other = chance.pick(people.filter { $0 != subject }) { heir = other }
        await offboard(isTeam ? .team : .person, subject, to: heir, at: node)
    }

    private func offboard(
        _ kind: ObjectReference.Kind, _ subject: String, to heir: String?, at node: SimulatedNode
    ) async {
        guard let snapshot = node.life?.broker.snapshot, let name = try? Name(subject),
            let target = snapshot.identity(kind: IdentityKind(kind), name: name)
        else { return }
        let operation: OperationID = world.makeID()
        // Of people and teams whatever they may own by then.
        let kill = model.begin(
            possibly: [LineageReference(.identity, target.number)], andAnyWorkload: target.workload == nil, at: node)
        let reference = ObjectReference(kind: kind, name: subject)
        let passes = heir.map { ObjectReference(kind: .person, name: $0) }
        let answer = await ask(as: "admin", at: node) { broker, caller in
            try await broker.offboard(
                reference, to: passes, reason: .affiliationChanged, by: caller, in: self.call(operation))
        }
        guard let answer else { return model.forget(kill) }
        history.note(
            "\(node.name) offboard \(reference)\(heir.map { " to " + $0 } ?? ""):"
                + " \(answer.text { "\($0.plan.ends.count) end, \($0.plan.passes.count) pass" })")
        guard let index = await settle(answer, operation, at: node, recorded: \.recorded) else {
            return model.forget(kill)
        }
        var ended: [Identity] = []
        if case .done(let outcome) = answer {
            ended = outcome.plan.ends
        } else {
            // It happened, and nobody was told to whom: the case says so.
            ended = await identitiesEnded(by: operation)
        }
        var cuts: [(LineageReference, Int64)] = []
        for (place, ended) in ended.enumerated() {
            // The case has the first entry, and each identity one of its own.
            let cut = index + 1 + Int64(place)
            cuts.append((LineageReference(.identity, ended.number), cut))
            model.end(ended.id, at: cut)
        }
        await finish(kill, cutting: cuts, at: node)
    }

    private func identitiesEnded(by operation: OperationID) async -> [Identity] {
        let ledger = Ledger(world.database, origin: "")
        do {
            guard let stored = try await ledger.operation(operation) else { return [] }
            return try await ledger.versions(from: stored.index, upTo: try await ledger.end(of: stored)).compactMap {
                guard case .identity(_, let identity) = $0, identity.state == .ended else { return nil }
                return identity
            }
        } catch {
            history.violate(.soundness, "a case cannot be read: \(error)")
            return []
        }
    }

    /// A person is welcomed and leaves, and somebody makes them an owner at the same time: whatever becomes of it,
    /// nothing lives on without a living owner.
    func leaveWhileMadeOwner(at node: SimulatedNode) async {
        guard let other = anyNode(), let third = anyNode(), let name = await welcome(at: node) else { return }
        async let leaving: Void = offboard(.person, name, to: nil, at: node)
        async let hiring: Void = hire(for: name, at: other)
        async let passing: Void = setOwner(to: name, at: third)
        _ = await (leaving, hiring, passing)
    }

    /// Suspends a workload, or lets it ask again.
    func suspendOrResume(at node: SimulatedNode) async {
        guard let subject = chance.pick(workloads), let name = try? Name(subject),
            let identity = node.life?.broker.snapshot.identity(kind: .workload, name: name), identity.state != .ended
        else { return }
        let wanted: IdentityState = identity.state == .active ? .suspended : .active
        let operation: OperationID = world.makeID()
        let reference = LineageReference(.identity, identity.number)
        let since = model.resumptions(of: identity.id)
        let kill = wanted == .suspended ? model.begin(possibly: [reference], at: node) : nil
        if wanted == .active { model.beginResuming(identity.id) }
        var desired = DesiredIdentity(path: "", kind: .workload, name: name)
        desired.state = wanted
        let answer = await change(DesiredState(identities: [desired]), as: .identityWrite, operation, at: node)
        let said = answer?.text(Self.place) ?? "nobody asked"
        history.note("\(node.name) \(subject) becomes \(wanted.rawValue): \(said)")
        let index: Int64? =
            if let answer { await settle(answer, operation, at: node, recorded: \.recorded) } else { nil }
        if wanted == .active {
            model.endResuming(identity.id)
            forgetRefusal(of: subject)
        }
        guard let kill else { return }
        guard let index else { return model.forget(kill) }
        model.suspend(identity.id, at: index, since: since)
        await finish(kill, cutting: [(reference, index)], at: node)
    }

    /// Ends an entitlement.
    func endEntitlement(at node: SimulatedNode) async {
        guard let held = anyEntitlement(at: node) else { return }
        let operation: OperationID = world.makeID()
        let reference = LineageReference(.entitlement, held.number)
        let kill = model.begin(possibly: [reference], at: node)
        let answer = await ask(as: "admin", at: node) { broker, caller in
            try await broker.decide(
                .end(.privilegeWithdrawn), on: held.id, expectedVersion: nil, by: caller, in: self.call(operation)
            ).1
        }
        guard let answer else { return model.forget(kill) }
        history.note("\(node.name) end \(held.id): \(answer.text(Self.place))")
        guard let index = await settle(answer, operation, at: node, recorded: \.recorded) else {
            return model.forget(kill)
        }
        await finish(kill, cutting: [(reference, index)], at: node)
    }

    func anyEntitlement(at node: SimulatedNode) -> Entitlement? {
        guard let snapshot = node.life?.broker.snapshot, let subject = chance.pick(workloads),
            let name = try? Name(subject), let identity = snapshot.identity(kind: .workload, name: name)
        else { return nil }
        return chance.pick(snapshot.entitlements(of: identity.id).filter { $0.state != .ended })
    }

    static func place(_ outcome: ChangeOutcome) -> String {
        outcome.recorded.map { "at \($0.firstIndex)" } ?? "nothing to change"
    }
}

extension DesiredState {
    init(
        identities: [DesiredIdentity] = [], profiles: [DesiredProfile] = [], trusts: [DesiredTrust] = [],
        entitlements: [DesiredEntitlement] = []
    ) {
        self.init()
        self.identities = identities
        self.profiles = profiles
        self.trusts = trusts
        self.entitlements = entitlements
    }
}

extension IdentityKind {
    fileprivate init(_ kind: ObjectReference.Kind) {
        switch kind {
        case .team: self = .team
        case .workload: self = .workload
        default: self = .person
        }
    }
}
