internal import APITokens
internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel

// Asking for changes that end nothing.
extension Client {
    func change(
        _ desired: DesiredState, as act: Act, _ operation: OperationID, at node: SimulatedNode
    ) async -> Answer<ChangeOutcome>? {
        await ask(as: "admin", at: node) { broker, caller in
            try await broker.change(to: desired, as: act, by: caller, in: self.call(operation))
        }
    }

    /// Makes a change that ends nothing, and sees it through; true if it happened.
    @discardableResult
    private func make(
        _ desired: DesiredState, as act: Act, _ what: String, at node: SimulatedNode
    ) async -> Bool {
        let operation: OperationID = world.makeID()
        let answer = await change(desired, as: act, operation, at: node)
        history.note("\(node.name) \(what): \(answer?.text(Self.place) ?? "nobody asked")")
        guard let answer else { return false }
        return await settle(answer, operation, at: node, recorded: \.recorded) != nil
    }

    /// A new workload, with its trust and what it needs.
    func hire(at node: SimulatedNode) async {
        if let owner = chance.pick(people) { await hire(for: owner, at: node) }
    }

    func hire(for owner: String, at node: SimulatedNode) async {
        let number = 10 + next()
        let name = "w\(number)"
        do {
            let desired = try Estate.workload(
                name, owner: "person/" + owner, environment: Estate.environment(of: number), world.image.ci)
            if await make(desired, as: .planApply, "hire \(name) for \(owner)", at: node) { addWorkload(name) }
        } catch {
            history.violate(.soundness, "\(error)")
        }
    }

    /// A new person, who may become an owner; returns their name if it happened.
    @discardableResult
    func welcome(at node: SimulatedNode) async -> String? {
        let name = "p\(next())"
        do {
            let desired = DesiredState(
                identities: [DesiredIdentity(path: "", kind: .person, name: try Name(name))],
                trusts: [try Estate.trust(of: "person/" + name, subject: name, world.image.ci, .count(20))])
            guard await make(desired, as: .planApply, "welcome \(name)", at: node) else { return nil }
            addPerson(name)
            return name
        } catch {
            history.violate(.soundness, "\(error)")
            return nil
        }
    }

    func setOwner(at node: SimulatedNode) async {
        if let owner = chance.pick(people) { await setOwner(to: owner, at: node) }
    }

    func setOwner(to owner: String, at node: SimulatedNode) async {
        guard let subject = chance.pick(workloads) else { return }
        do {
            var desired = DesiredIdentity(path: "", kind: .workload, name: try Name(subject))
            desired.owner = ObjectReference(kind: .person, name: owner)
            await make(
                DesiredState(identities: [desired]), as: .identityWrite, "\(subject) passes to \(owner)", at: node)
        } catch {
            history.violate(.soundness, "\(error)")
        }
    }

    /// Asks for an entitlement again, where it has ended.
    func entitle(at node: SimulatedNode) async {
        guard let subject = chance.pick(workloads) else { return }
        let environment = Estate.environment(of: Int(subject.dropFirst()) ?? 0)
        do {
            let desired = DesiredState(
                entitlements: [
                    try Estate.entitlement("workload/" + subject, Estate.tokenProfile(in: environment))
                ])
            await make(desired, as: .entitlementRequest, "entitle \(subject)", at: node)
        } catch {
            history.violate(.soundness, "\(error)")
        }
    }

    /// Other terms for an entitlement: a new version.
    func amend(at node: SimulatedNode) async {
        guard let held = anyEntitlement(at: node) else { return }
        let operation: OperationID = world.makeID()
        var terms = held.terms
        terms.constraints.lifetimeSeconds = chance.among(60...900)
        let wanted = terms
        let answer = await ask(as: "admin", at: node) { broker, caller in
            try await broker.decide(
                .amend(wanted), on: held.id, expectedVersion: held.version, by: caller, in: self.call(operation)
            )
        }
        guard let answer else { return }
        history.note("\(node.name) amend \(held.versionText): \(answer.text { $0.0.versionText })")
        _ = await settle(answer, operation, at: node) { $0.1.recorded }
        checkVersion(answer, after: held)
    }

    /// The owner approves what waits for them, in the version that they saw.
    func approve(at node: SimulatedNode) async {
        guard let snapshot = node.life?.broker.snapshot else { return }
        let waiting = snapshot.entitlements.filter { $0.state == .requested }
        guard let held = chance.pick(waiting), let identity = snapshot.identity(held.identity),
            let owner = identity.workload.flatMap({ snapshot.identity($0.owner) })
        else { return }
        // The team's workloads are approved by a member.
        let subject = owner.id.kind == .person ? owner.name.text : "ada"
        let operation: OperationID = world.makeID()
        // Somebody reads before they approve.
        await world.executor.sleep(chance.among(0...500))
        let answer = await ask(as: subject, at: node) { broker, caller in
            try await broker.decide(
                .approve, on: held.id, expectedVersion: held.version, by: caller, in: self.call(operation))
        }
        guard let answer else { return }
        history.note("\(node.name) \(subject) approves \(held.versionText): \(answer.text { $0.0.versionText })")
        _ = await settle(answer, operation, at: node) { $0.1.recorded }
        checkVersion(answer, after: held)
    }

    private func checkVersion(_ answer: Answer<(Entitlement, ChangeOutcome)>, after seen: Entitlement) {
        guard case .done(let (entitlement, _)) = answer, entitlement.version != seen.version + 1 else { return }
        history.violate(.owned, "\(seen.versionText) was decided on, and \(entitlement.versionText) came of it")
    }

    /// Another version of a profile.
    func changeProfile(at node: SimulatedNode) async {
        let names = ["ci-token", "lab-token"]
        guard let name = chance.pick(names) else { return }
        do {
            guard var profile = try Estate.profiles().first(where: { $0.name.text == name }),
                case .token(var token) = profile.body
            else { return }
            token.lifetime = try Lifetime(seconds: chance.among(300...900))
            profile.body = .token(token)
            await make(DesiredState(profiles: [profile]), as: .profileWrite, "another \(name)", at: node)
        } catch {
            history.violate(.soundness, "\(error)")
        }
    }

    /// A bootstrap secret for a workload, used at once on two nodes: one of them lets it in (T14).
    func bootstrap(at node: SimulatedNode) async {
        guard let subject = anyWorkload() else { return }
        let number = next()
        do {
            let text = Identifier<SecretForm>(at: world.time, random: chance.bytes(10)).text
            guard let secret = BootstrapSecret(text) else { throw SimulationError("a bootstrap secret") }
            let trust = DesiredTrust(
                path: "", name: try Name("boot-\(number)"), identity: ObjectReference(kind: .workload, name: subject),
                method: .bootstrap(BootstrapTrust(secretHash: secret.hash, ends: world.time.adding(seconds: 3_600))))
            guard await make(DesiredState(trusts: [trust]), as: .trustWrite, "boot-\(number) for \(subject)", at: node)
            else { return }
            async let one: Void = present(text, "boot-\(number)", subject)
            async let two: Void = present(text, "boot-\(number)", subject)
            _ = await (one, two)
        } catch {
            history.violate(.soundness, "\(error)")
        }
    }

    private func present(_ secret: String, _ proof: String, _ subject: String) async {
        guard let node = anyNode() else { return }
        let operation: OperationID = world.makeID()
        let answer = await ask(node) { broker in
            let caller = try await broker.authenticate(.bootstrap(secret), source: World.source)
            let issued = try await broker.login(caller, in: self.call(operation))
            let identity = issued.identity.id
            let recorded = issued.recorded
            _ = issued.text()
            return (identity, recorded)
        }
        history.note("\(node.name) \(proof): \(answer.text { "at \($0.1.firstIndex)" })")
        if await settle(answer, operation, at: node, recorded: { $0.1 }) != nil { model.present(proof, limit: 1) }
        if case .done(let (identity, recorded)) = answer { model.admit(identity, subject, at: recorded.firstIndex) }
    }

    private enum SecretForm: IdentifierKind { static let prefix = "tnb" }

    func rotate(at node: SimulatedNode) async {
        guard let environment = chance.pick([Estate.production, Estate.lab]) else { return }
        await rotate(environment, at: node)
    }

    func rotate(_ environment: String, at node: SimulatedNode) async {
        let operation: OperationID = world.makeID()
        let answer = await ask(as: "admin", at: node) { broker, caller in
            try await broker.rotate(
                .tokenKeys(try EnvironmentName(environment)), by: caller, in: self.call(operation))
        }
        guard let answer else { return }
        history.note("\(node.name) rotate \(environment): \(answer.text { "\($0.versions.count) versions" })")
        let broker = node.life?.broker
        _ = await settle(answer, operation, at: node, recorded: \.recorded)
        if case .done(let outcome) = answer, let broker {
            checkPublished(outcome.versions.filter { $0.state == .staged }.map(\.id), environment, broker, node)
        }
    }

    /// A key that was made lies published by the node that says so, before it signs.
    private func checkPublished(
        _ versions: [KeyVersionID], _ environment: String, _ broker: Broker, _ node: SimulatedNode
    ) {
        do {
            let audience = try Audience(Estate.audience(in: environment))
            let published = try broker.keys.ring(for: audience)?.keySet(for: audience, at: node.now).map(\.ring) ?? []
            for version in versions where !published.contains(version) {
                history.violate(.rotation, "\(node.name) made \(version) for \(environment), and does not publish it")
            }
        } catch {
            history.violate(.soundness, "\(error)")
        }
    }
}
