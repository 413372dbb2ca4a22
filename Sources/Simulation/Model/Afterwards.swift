internal import APITokens
internal import CredentialLifecycle
internal import Storage
internal import TenureModel

/// What must hold once nothing goes wrong any more: everybody who may gets a credential, all nodes agree, and the
/// revocation lists hold what was revoked.
struct Afterwards: Sendable {
    let world: World
    let model: Model
    let client: Client

    /// How often somebody may ask before it is a violation: what is left of faults may refuse once or twice.
    private static let attemptsMax = 5

    func judge() async {
        // Doubts are resolved: a server looks again each second.
        for _ in 0..<2 {
            for node in world.nodes { node.life?.recorder.lookAgain() }
            await world.executor.sleep(1_100)
        }
        for node in world.nodes {
            guard let recorder = node.life?.recorder, recorder.stoppedBecause == nil,
                case .done = await client.ask(node, { _ in })
            else {
                world.history.violate(.liveness, "\(node.name) does not serve, and nothing is wrong")
                continue
            }
        }
        await replaceCutKeys()
        for node in world.nodes {
            for _ in 0..<20 { await client.introspect(at: node) }
            await client.verifyOffline(at: node)
            await judgeServing(node)
        }
        await judgeLists()
    }

    /// Where a signing key was cut an operator rotates: a cut alone makes no successor. One that was staged before the
    /// cut signs a minute after it was published, by a clock that may have been ahead; and where the successor was cut
    /// nothing signs from then on, so the operator looks once more.
    private func replaceCutKeys() async {
        guard let node = world.nodes.first, let broker = node.life?.broker else { return }
        let environments = [Estate.production, Estate.lab]
        do {
            for environment in environments { try await replaceCutKeys(of: environment, broker, node) }
            world.leap(121)
            let silent = try environments.filter { try !signs($0, broker, node) }
            for environment in silent { try await replaceCutKeys(of: environment, broker, node) }
            if !silent.isEmpty { world.leap(121) }
        } catch {
            world.history.violate(.soundness, "\(error)")
        }
    }

    private func replaceCutKeys(of environment: String, _ broker: Broker, _ node: SimulatedNode) async throws {
        for _ in 0..<Self.attemptsMax {
            _ = await client.ask(node) { _ in }
            if try signs(environment, broker, node) { break }
            // The operator's session may have ended long ago.
            await client.rotate(environment, at: node)
            // The node may be looking up what became of a COMMIT, and tries that once a second.
            await world.executor.sleep(1_500)
        }
    }

    private func signs(_ environment: String, _ broker: Broker, _ node: SimulatedNode) throws -> Bool {
        let audience = try Audience(Estate.audience(in: environment))
        let snapshot = broker.snapshot
        return try broker.keys.ring(for: audience)?.signingKey(for: audience, at: node.now) { snapshot.mark($0) } != nil
    }

    private func judgeServing(_ node: SimulatedNode) async {
        guard let snapshot = node.life?.broker.snapshot else { return }
        for subject in client.workloads {
            guard let name = try? Name(subject), let identity = snapshot.identity(kind: .workload, name: name),
                mayHave(identity, in: snapshot)
            else { continue }
            await judgeServing(subject, identity, node)
        }
    }

    private func judgeServing(_ subject: String, _ identity: Identity, _ node: SimulatedNode) async {
        var last = ""
        for _ in 0..<Self.attemptsMax {
            client.forgetSession(of: subject)
            let before = model.read { $0.held.count }
            await client.issueOrdinaryToken(subject, at: node)
            if model.read({ $0.held.count }) > before { return }
            last = world.history.lines.last ?? ""
            await world.executor.sleep(1_500)
        }
        world.history.violate(.liveness, "\(subject) may have a token and gets none at \(node.name): \(last)")
    }

    private func mayHave(_ identity: Identity, in snapshot: Snapshot) -> Bool {
        guard identity.state == .active, let workload = identity.workload,
            isAnswerable(workload.owner, in: snapshot),
            let profile = try? Name(Estate.tokenProfile(in: workload.environment.text)),
            let known = snapshot.profile(named: profile), known.state == .active
        else { return false }
        let isEntitled = snapshot.entitlements(of: identity.id).contains {
            $0.profile == known.id && $0.isInForce(at: world.time)
        }
        let isTrusted = snapshot.trusts(of: identity.id).contains { $0.state == .active && $0.oidc != nil }
        return isEntitled && isTrusted
    }

    /// Whether somebody lives who answers for what it owns: of a team at least one member.
    private func isAnswerable(_ owner: IdentityID, in snapshot: Snapshot) -> Bool {
        guard let owner = snapshot.identity(owner), owner.state == .active else { return false }
        guard case .team(let members) = owner.body else { return true }
        return members.contains { snapshot.identity(.person($0))?.state == .active }
    }

    /// Every certificate that a cut covers stands in the list that it names, once the node that has the duty has looked
    /// after lists. Where it died with it, another takes it over after a while of silence.
    private func judgeLists() async {
        for _ in 0..<2 {
            for node in world.nodes { await client.maintain(node) }
            await world.executor.sleep(DutyKeeper.patienceMilliseconds + 1_000)
        }
        for node in world.nodes { await client.maintain(node) }
        for held in model.read({ $0.held }) where !held.isToken && model.isDead(held) {
            await client.checkListed(held, isFinal: true)
        }
    }
}
