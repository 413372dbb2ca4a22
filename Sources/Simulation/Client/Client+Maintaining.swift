internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

// What nodes do by themselves, and the revocation lists that come of it.
extension Client {
    /// What a node does by itself from time to time; of several the one that has the duty.
    func maintain(_ node: SimulatedNode) async {
        guard let life = node.life, let duty = await duty(of: life, node) else { return }
        history.note("\(node.name) looks after rings and lists")
        let dead = model.read { state in state.held.filter { !$0.isToken } }.filter { model.isDead($0) }
        let hurts = life.engine.hurts
        await life.broker.workOnCases(under: duty)
        await life.broker.rotateWhatIsDue(under: duty)
        await life.broker.maintainLists(under: duty)
        guard life.engine.hurts == hurts, node.life?.number == life.number else { return }
        for held in dead { await checkListed(held, isFinal: false) }
    }

    /// The duty, where the node has it or takes it over now.
    private func duty(of life: SimulatedNode.Life, _ node: SimulatedNode) async -> Duty? {
        do {
            if try await life.keeper.turn() { history.note("\(node.name) has the duty from now on") }
        } catch {
            history.note("\(node.name) cannot look at the duty")
        }
        return life.keeper.duty
    }

    /// What was cut, and acknowledged before a round in which nothing went wrong, stands in the list that the
    /// certificate names, or that list is known to be behind.
    func checkListed(_ held: Held, isFinal: Bool) async {
        // Whoever signed it may have had a clock that was ahead.
        guard held.notAfter > world.time.adding(seconds: 120) else { return }
        do {
            let body = try await Ledger(world.database, origin: "").credential(held.id)?.body
            guard case .certificate(let issuer, let serial, let number, _, _)? = body else { return }
            guard let shard = try await Ledger(world.database, origin: "").shard(issuer: issuer, shard: number),
                isFinal || !shard.isDirty
            else { return }
            let entries = try shard.list.map { try RevocationList(der: $0.der).entries } ?? []
            guard !entries.contains(where: { $0.serialNumber == serial }) else { return }
            history.violate(
                .offboarding,
                "\(held.label) of \(held.index) was cut (\(model.killers(of: held))), and is not in list \(number)")
        } catch {
            history.violate(.soundness, "a revocation list cannot be read: \(error)")
        }
    }

    func fetchList() async {
        let certificates = model.read { state in state.held.filter { !$0.isToken }.suffix(12).map { $0 } }
        if let held = chance.pick(certificates) { await fetchList(of: held) }
    }

    /// Fetches the list that a certificate names, as everybody may: its number never falls, and one number is one list.
    func fetchList(of held: Held) async {
        guard let node = anyNode() else { return }
        do {
            let body = try await Ledger(world.database, origin: "").credential(held.id)?.body
            guard case .certificate(let issuer, _, let number, _, _)? = body else { return }
            let name = "\(issuer) \(number)"
            let least = model.read { $0.lists[name]?.number ?? 0 }
            let answer = await ask(node) { broker in
                try await broker.revocationList(issuer: issuer, shard: number)?.list?.der
            }
            guard case .done(let der?) = answer else { return }
            let list = try RevocationList(der: der)
            let listNumber = list.number.reduce(Int64(0)) { $0 << 8 | Int64($1) }
            history.note("\(node.name) list \(number): \(listNumber), \(list.entries.count) entries")
            model.see(list: name, numbered: listNumber, der, after: least)
        } catch {
            history.violate(.soundness, "a revocation list cannot be read: \(error)")
        }
    }
}
