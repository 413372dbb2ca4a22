internal import APITokens
internal import CredentialLifecycle
internal import Storage
internal import TenureModel

// Using what is held: online at a node, and offline with an audience's keys.
extension Client {
    /// Asks a node about a token, and holds the answer against what is known.
    func introspect(at node: SimulatedNode) async {
        let tokens = model.read { state in state.held.filter(\.isToken) }
        // The newest, or any.
        let held = chance.happens(500) ? tokens.suffix(6).map { $0 } : tokens
        if let token = chance.pick(held) { await introspect(token, at: node) }
    }

    /// Has nodes say at once that what a cut covered is dead, the one that acknowledged it and another.
    func checkCut(of references: [LineageReference], at node: SimulatedNode, isSure: Bool) async {
        guard isSure || chance.happens(400) else { return }
        let time = world.time
        let covered = model.read { state in
            state.held.filter { held in
                held.isToken && time < held.notAfter && held.references.contains { references.contains($0) }
            }
        }
        guard let token = chance.pick(covered) else { return }
        if node.isUp { await introspect(token, at: node) }
        if world.nodes.count > 1, let other = anyNode() { await introspect(token, at: other) }
    }

    private func introspect(_ token: Held, at node: SimulatedNode) async {
        guard case .token(let text) = token.form else { return }
        let wasDead = model.isDead(token)
        let hadEnded = token.notAfter <= node.now.adding(milliseconds: -1_000)
        let jumps = node.jumps
        let answer = await ask(as: "admin", at: node) { broker, caller in
            try await broker.introspect(text, by: caller) != nil
        }
        guard let answer else { return }
        history.note("\(node.name) introspect \(token.label): \(answer.text { $0 ? "alive" : "dead" })")
        guard case .done(let isAlive) = answer else { return }
        if wasDead, isAlive {
            history.violate(.offboarding, "\(node.name) says \(token.label) of \(token.holder) is alive; it was cut")
        }
        // Where the clock went back meanwhile, it had not.
        if isAlive, hadEnded, node.jumps == jumps {
            history.violate(.offboarding, "\(node.name) says \(token.label) is alive, after its end")
        }
        if !isAlive, mustLive(token, at: node) {
            history.violate(.rotation, "\(node.name) says \(token.label) of \(token.holder) is dead; nothing ended it")
        }
    }

    /// A verifier with the keys that a node gives out now.
    func verifyOffline(at node: SimulatedNode) async {
        guard let life = node.life, case .done = await ask(node, { _ in }), node.life?.number == life.number else {
            return
        }
        let snapshot = life.broker.snapshot
        let time = node.now
        let tokens = model.read { state in state.held.filter(\.isToken).suffix(60).map { $0 } }
        var count = 0
        for held in tokens where mustLive(held, at: node) {
            guard case .token(let text) = held.form, let audience = held.audience else { continue }
            do {
                let ring = life.broker.keys.ring(for: audience)
                let keys = try ring?.keySet(for: audience, at: time) { snapshot.mark($0) } ?? []
                _ = try TokenVerifier(issuer: world.image.issuer, audience: audience).verify(text, at: time) { kid in
                    keys.first { $0.kid == kid }
                }
                count += 1
            } catch {
                history.violate(.rotation, "\(held.label) does not verify offline with \(node.name)'s keys: \(error)")
            }
        }
        history.note("\(node.name)'s keys verify \(count) tokens")
    }

    /// Whether nothing that is known could have ended it, its life included.
    private func mustLive(_ held: Held, at node: SimulatedNode) -> Bool {
        let time = max(node.now, world.time)
        guard held.notBefore <= min(node.now, world.time), time.adding(seconds: 1) < held.notAfter else { return false }
        return !model.mayBeDead(held)
    }
}
