internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import Synchronization
internal import TenureModel

/// All clients of the broker together: they ask nodes, hear answers or nothing, and ask again what became of it.
final class Client: Sendable {
    let world: World
    let model: Model
    let chance: Chance
    private let sessions = Mutex<[String: String]>([:])
    private let counter = Mutex(0)
    private let names: Mutex<(people: [String], workloads: [String])>
    /// Whose last login was refused.
    private let turnedAway = Mutex<Set<String>>([])

    init(_ world: World, _ model: Model) {
        self.world = world
        self.model = model
        chance = world.chance.fork(4)
        names = Mutex((world.image.people, world.image.workloads))
    }

    var history: History { world.history }
    var people: [String] { names.withLock { $0.people } }
    var workloads: [String] { names.withLock { $0.workloads } }

    func addWorkload(_ name: String) { names.withLock { $0.workloads.append(name) } }

    func addPerson(_ name: String) { names.withLock { $0.people.append(name) } }

    /// A workload by chance, and seldom one that was not let in the last time: most histories would be refusals else.
    func anyWorkload() -> String? {
        let all = workloads
        guard chance.happens(850) else { return chance.pick(all) }
        let turnedAway = turnedAway.withLock { $0 }
        return chance.pick(all.filter { !turnedAway.contains($0) }) ?? chance.pick(all)
    }

    func forgetRefusal(of subject: String) { turnedAway.withLock { _ = $0.remove(subject) } }

    func next() -> Int {
        counter.withLock { counter in
            counter += 1
            return counter
        }
    }

    /// A node that is up, by chance; nil where none is.
    func anyNode() -> SimulatedNode? { chance.pick(world.nodes.filter(\.isUp)) }

    /// Asks a node, which first catches up with the others, as the server has each request do whose answer says what
    /// is so. Whatever it would have said, nobody hears it if it died meanwhile, or if the client hung up.
    func ask<Value: Sendable>(
        _ node: SimulatedNode, _ body: @escaping @Sendable (Broker) async throws -> Value
    ) async -> Answer<Value> {
        guard let life = node.life else { return .lost }
        // A request spends a moment on its way, and so does its answer.
        await world.executor.sleep(chance.among(0...2))
        let request = Task(executorPreference: world.executor) { () -> Answer<Value> in
            do {
                try await life.broker.catchUp()
                return .done(try await body(life.broker))
            } catch {
                return Answer(error)
            }
        }
        let isHungUp = hangUp(on: request)
        // Who hung up asks what became of it once the request is surely over.
        let answer = await request.value
        node.look(at: life)
        return node.life?.number == life.number && !isHungUp() ? answer : .lost
    }

    /// By chance has a client hang up before the answer: the server cancels the request's task, wherever it is.
    private func hangUp<Value>(on request: Task<Answer<Value>, Never>) -> @Sendable () -> Bool {
        guard let weather = world.weatherNow, chance.happens(weather.hangsUp) else { return { false } }
        let isHungUp = Flag()
        let patience = chance.among(0...(weather.latency + 1))
        _ = world.executor.start { [world] in
            await world.executor.sleep(patience)
            isHungUp.raise()
            request.cancel()
        }
        return { isHungUp.isRaised }
    }

    private final class Flag: Sendable {
        private let state = Mutex(false)

        var isRaised: Bool { state.withLock { $0 } }

        func raise() { state.withLock { $0 = true } }
    }

    func call(_ operation: OperationID, key: String? = nil, body: UInt8 = 1) -> Call {
        Call(
            operation: operation, bodyHash: [UInt8](repeating: body, count: 32), idempotencyKey: key,
            source: World.source, isDryRun: false)
    }

    /// What the record says of an operation, from whichever node can tell.
    func truth(of operation: OperationID) async -> StoredOperation? {
        for _ in 0..<2_000 {
            if let node = anyNode(), let life = node.life {
                do {
                    try await life.broker.catchUp()
                    let found = try await life.broker.recordedOperation(operation)
                    if node.life?.number == life.number { return found }
                } catch {
                    // A server looks again each second.
                    life.recorder.lookAgain()
                    await world.executor.sleep(20)
                    continue
                }
            }
            await world.executor.sleep(50)
        }
        history.violate(.truth, "nobody could tell what became of an operation")
        return nil
    }

    /// Sees an answer through to yes or no, and tells the model; returns the index of what happened.
    func settle<Value>(
        _ answer: Answer<Value>, _ operation: OperationID, at node: SimulatedNode, recorded: (Value) -> Recorded?
    ) async -> Int64? {
        switch answer {
        case .done(let value):
            guard let recorded = recorded(value) else { return nil }
            model.acknowledge(recorded)
            if let size = node.life?.broker.snapshot.size, size <= recorded.firstIndex {
                history.violate(.truth, "\(node.name) decides on \(size) entries, and told of \(recorded.firstIndex)")
            }
            return recorded.firstIndex
        case .refused(let code):
            model.deny(operation, because: code)
            return nil
        case .unavailable:
            model.deny(operation, because: "unavailable")
            return nil
        case .unknown, .lost:
            let found = await truth(of: operation)
            if case .lost = answer { history.note("  nobody heard the answer") }
            history.note("  asked: \(found.map { "it happened at \($0.index)" } ?? "it did not happen")")
            guard let found else {
                model.deny(operation, because: "asked")
                return nil
            }
            model.acknowledge(operation, at: found.index)
            return found.index
        }
    }

    // MARK: Callers

    func session(of subject: String) -> String? { sessions.withLock { $0[subject] } }

    func forgetSession(of subject: String) { sessions.withLock { $0[subject] = nil } }

    func keepSession(_ text: String, of subject: String) { sessions.withLock { $0[subject] = text } }

    /// Logs somebody in by a new token of the CI system, and keeps the session.
    func login(_ subject: String, at node: SimulatedNode) async -> Answer<String> {
        let proof = "\(subject)-\(next())"
        return await login(subject, proof: proof, limit: limit(of: subject), at: node)
    }

    /// How often one token of a subject may be presented.
    func limit(of subject: String) -> Int {
        subject == "admin"
            ? .max
            : world.image.workloads.contains(subject) || subject.hasPrefix("w")
                ? (subject.hasSuffix("1") ? 1 : 20) : 20
    }

    func login(_ subject: String, proof: String, limit: Int, at node: SimulatedNode) async -> Answer<String> {
        let operation: OperationID = world.makeID()
        let text: String
        do {
            text = try world.image.ci.token(subject, id: proof, at: world.time)
        } catch {
            return .unavailable("\(error)")
        }
        // Most say which trust vouches for them, the others have all of the issuer's judged.
        let namesTrust = chance.happens(800)
        let answer = await ask(node) { broker in
            let evidence: Evidence = namesTrust ? .federated(text, trust: subject + "-oidc") : .bearer(text)
            let caller = try await broker.authenticate(evidence, source: World.source)
            let issued = try await broker.login(caller, in: self.call(operation))
            let opened = Opened(identity: issued.identity.id, recorded: issued.recorded)
            return (opened, issued.text())
        }
        let index = await settle(answer, operation, at: node) { $0.0.recorded }
        if index != nil { model.present(proof, limit: limit) }
        history.note("\(node.name) login \(subject): \(answer.text { "at \($0.0.recorded.firstIndex)" })")
        turnedAway.withLock { turnedAway in
            if case .refused = answer { turnedAway.insert(subject) } else { turnedAway.remove(subject) }
        }
        switch answer {
        case .done(let (opened, session)):
            model.admit(opened.identity, subject, at: opened.recorded.firstIndex)
            keepSession(session, of: subject)
            return .done(session)
        case .refused(let code): return .refused(code)
        case .unavailable(let cause): return .unavailable(cause)
        case .unknown: return .unknown
        case .lost: return .lost
        }
    }

    private struct Opened: Sendable {
        let identity: IdentityID
        let recorded: Recorded
    }

    /// The session of a subject, opened now if there is none.
    func ensureSession(of subject: String, at node: SimulatedNode) async -> String? {
        if let known = session(of: subject) { return known }
        if case .done(let session) = await login(subject, at: node) { return session }
        return nil
    }

    /// Asks as somebody who has a session. A session that is no good any more is forgotten.
    func ask<Value: Sendable>(
        as subject: String, at node: SimulatedNode,
        _ body: @escaping @Sendable (Broker, AuthenticatedCaller) async throws -> Value
    ) async -> Answer<Value>? {
        guard let session = await ensureSession(of: subject, at: node) else { return nil }
        let answer = await ask(node) { broker in
            let caller = try await broker.authenticate(.bearer(session), source: World.source)
            // A body that comes slowly: what was proved may have been cut meanwhile.
            if self.chance.happens(300) { await self.world.executor.sleep(self.chance.among(0...200)) }
            return try await body(broker, caller)
        }
        if case .refused("unauthenticated") = answer { forgetSession(of: subject) }
        return answer
    }
}
