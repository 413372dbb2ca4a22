internal import Authorization
internal import CredentialLifecycle
internal import Foundation
internal import Storage
internal import Synchronization
internal import TenureModel
internal import Testing

extension SeveralNodes {
    /// F9: clients of three nodes are issued tokens and certificates, and renew, while their identity is offboarded
    /// through one of the nodes. `scripts/races` runs as many as one likes.
    @Suite("P3 races on three nodes")
    struct RaceTests {
        /// How many identities are raced, from `TENURE_RACES`.
        static var count: Int { Int(ProcessInfo.processInfo.environment["TENURE_RACES"] ?? "") ?? 6 }

        @Test(
            "T35 P3 after an acknowledged offboarding no node issues for that identity, and all that it held is dead",
            arguments: [true, false])
        func offboarding(announces: Bool) async throws {
            try await Company.run(announces: announces) { company in
                let admin = try await company.session("admin", at: company.nodes[0])
                var done = 0
                while done < Self.count {
                    let names = (done..<min(done + 20, Self.count)).map { "racer-\($0)" }
                    try await company.makeWorkloads(names)
                    for (place, name) in names.enumerated() {
                        try await Race(company, name, kill: company.nodes[place % 3], admin).run()
                    }
                    done += names.count
                }
            }
        }
    }
}

/// One identity that is offboarded while it asks three nodes for credentials.
private final class Race: Sendable {
    private struct State {
        var tokens: [HeldToken] = []
        var certificates: [HeldCertificate] = []
        var isAcknowledged = false
        /// What was issued to a request that began after the acknowledgement.
        var late = 0
        var issuedAt: Set<Int> = []
    }

    private let company: Company
    private let name: String
    private let killer: Node
    private let admin: String
    private let state = Mutex(State())

    /// Not the administrator's address: proofs that fail are counted by where they come from.
    private static let source = "198.51.100.9"

    init(_ company: Company, _ name: String, kill killer: Node, _ admin: String) {
        self.company = company
        self.name = name
        self.killer = killer
        self.admin = admin
    }

    func run() async throws {
        var sessions: [String] = []
        for node in company.nodes { sessions.append(try await company.session(name, at: node)) }
        try await withThrowingTaskGroup(of: Void.self) { [sessions] group in
            group.addTask { try await self.askWithoutLooking(sessions[0]) }
            group.addTask { try await self.askAsRequestsDo(sessions[1]) }
            group.addTask { try await self.renew(sessions[2]) }
            group.addTask { try await self.kill() }
            try await group.waitForAll()
        }
        try await judge()
    }

    // MARK: Clients

    /// The worst client: authenticated once, on a snapshot that nobody made newer; what holds is the check of marks.
    private func askWithoutLooking(_ session: String) async throws {
        let node = company.nodes[0]
        let caller = try await company.caller(session, at: node)
        await untilRefused { _ = self.keep(try await self.company.installation.token(caller, at: node), 0) }
    }

    private func askAsRequestsDo(_ session: String) async throws {
        let node = company.nodes[1]
        await untilRefused {
            let caller = try await self.company.caller(session, at: node, source: Self.source)
            _ = self.keep(try await self.company.installation.token(caller, at: node), 1)
        }
    }

    private func renew(_ session: String) async throws {
        let node = company.nodes[2]
        let caller = try await company.caller(session, at: node)
        var held = try await company.installation.certificate(caller, at: node)
        keep(held)
        while true {
            let begunLate = isAcknowledged
            do {
                try await node.broker.catchUp()
                let presenting = try await company.installation.presenting(held, at: node, source: Self.source)
                held = try await company.installation.renewal(of: held.id, by: presenting, at: node)
            } catch {
                // Whoever is asked while nobody has acknowledged anything may be busy; afterwards nobody gets anything.
                guard isAcknowledged || Task.isCancelled else { continue }
                return
            }
            keep(held)
            if begunLate { noteLate() }
        }
    }

    private func untilRefused(_ ask: () async throws -> Void) async {
        while true {
            let begunLate = isAcknowledged
            do {
                try await ask()
            } catch {
                guard isAcknowledged || Task.isCancelled else { continue }
                return
            }
            if begunLate { noteLate() }
        }
    }

    // MARK: The kill

    private func kill() async throws {
        while state.withLock({ $0.issuedAt.count < 3 }) {
            try Task.checkCancellation()
            await Task.yield()
        }
        let outcome = try await company.offboard("workload/" + name, at: killer, by: admin)
        state.withLock { $0.isAcknowledged = true }
        #expect(outcome.state == .applied)
        // At once, at every node.
        let held = state.withLock { $0.tokens }
        for node in company.nodes {
            for token in [held.first, held.last].compactMap({ $0 }) {
                let isAlive = try await company.isAlive(token, at: node, by: admin)
                #expect(!isAlive, "\(name): a token is alive after the acknowledgement")
            }
        }
    }

    private var isAcknowledged: Bool { state.withLock { $0.isAcknowledged } }

    private func noteLate() { state.withLock { $0.late += 1 } }

    private func keep(_ token: HeldToken, _ node: Int) -> HeldToken {
        note(node) { $0.tokens.append(token) }
        return token
    }

    private func keep(_ certificate: HeldCertificate) { note(2) { $0.certificates.append(certificate) } }

    private func note(_ node: Int, _ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            state.issuedAt.insert(node)
        }
    }

    // MARK: The judgement

    private func judge() async throws {
        let state = state.withLock { $0 }
        #expect(state.late == 0, "\(name): \(state.late) were issued to requests that began afterwards")
        // By index: nothing lies after the cut.
        try await killer.broker.catchUp()
        let identity = try #require(
            killer.broker.snapshot.identity(kind: .workload, name: try Name(name)))
        let mark = try #require(killer.broker.snapshot.mark(LineageReference(.identity, identity.number)))
        let recorded = try await killer.broker.ledger.credentials(
            CredentialFilter(identity: identity.id), limit: 10_000)
        #expect(recorded.allSatisfy { $0.position <= mark.cutIndex && $0.index < mark.cutIndex }, "\(name)")
        #expect(recorded.count >= state.tokens.count + state.certificates.count)
        // By use: every node refuses every one.
        for node in company.nodes {
            for token in state.tokens {
                let isAlive = try await company.isAlive(token, at: node, by: admin)
                #expect(!isAlive, "\(name): a token is alive")
            }
            for certificate in state.certificates {
                try await node.broker.catchUp()
                await #expect(throws: LifecycleError.self, "\(name): a certificate opens a connection") {
                    try await company.installation.presenting(certificate, at: node, source: Self.source)
                }
            }
        }
    }
}
