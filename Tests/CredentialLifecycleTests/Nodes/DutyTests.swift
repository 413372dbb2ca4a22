internal import CredentialLifecycle
internal import Storage
internal import Synchronization
internal import TenureModel
internal import Testing

extension SeveralNodes {
    @Suite("Scheduled work among several nodes")
    struct DutyTests {
        /// A clock of one machine, which nobody but the test moves.
        private final class Uptime: Sendable {
            private let time = Mutex<Int64>(0)

            var now: Int64 { time.withLock { $0 } }

            func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
        }

        private static func keepers(_ company: Company, _ uptime: Uptime) throws -> [DutyKeeper] {
            try company.nodes.map { node in try DutyKeeper(node.broker) { uptime.now } }
        }

        @Test("one node has the duty, as long as it lives")
        func one() async throws {
            try await Company.run { company in
                let uptime = Uptime()
                let keepers = try Self.keepers(company, uptime)
                #expect(keepers.allSatisfy { $0.duty == nil })
                for _ in 0..<20 {
                    for keeper in keepers { try await keeper.turn() }
                    #expect(keepers.map { $0.duty != nil } == [true, false, false])
                    uptime.advance(1_000)
                }
            }
        }

        @Test("a node that stops gives the duty back, and another has it at once")
        func givenBack() async throws {
            try await Company.run { company in
                let keepers = try Self.keepers(company, Uptime())
                for keeper in keepers { try await keeper.turn() }
                try await keepers[0].giveBack()
                try await keepers[1].turn()
                try await keepers[0].turn()
                #expect(keepers.map { $0.duty != nil } == [false, true, false])
            }
        }

        @Test("T35 two nodes that find the duty vacant at once: one has it")
        func both() async throws {
            try await Company.run { company in
                let keepers = try Self.keepers(company, Uptime())
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for keeper in keepers { group.addTask { _ = try await keeper.turn() } }
                    try await group.waitForAll()
                }
                #expect(keepers.count { $0.duty != nil } == 1)
            }
        }

        @Test("T35 a node that dies half way through a case is succeeded, and records nothing of it when it comes back")
        func succeeded() async throws {
            try await Company.run { company in
                let uptime = Uptime()
                let keepers = try Self.keepers(company, uptime)
                for keeper in keepers { try await keeper.turn() }
                let (dead, heir) = (company.nodes[0], company.nodes[1])
                let old = try #require(keepers[0].duty)
                let id = try await Self.openLargeCase(company, at: company.nodes[2])
                #expect(try await dead.broker.takeStep(ofCase: id, under: old))
                // From here on it does not turn any more; the others watch it for five seconds.
                for _ in 0..<5 {
                    uptime.advance(999)
                    try await keepers[1].turn()
                    #expect(keepers[1].duty == nil)
                }
                #expect(keepers[0].duty != nil)
                uptime.advance(1_000)
                try await keepers[1].turn()
                let new = try #require(keepers[1].duty)
                // It could not show for too long that it lives, so it does not count on the duty either.
                #expect(keepers[0].duty == nil)
                await #expect(throws: LifecycleError.self) { try await dead.broker.takeStep(ofCase: id, under: old) }
                let before = try await heir.broker.ledger.head().size
                await dead.broker.workOnCases(under: old)
                await dead.broker.rotateWhatIsDue(under: old)
                #expect(try await heir.broker.ledger.head().size == before)
                await heir.broker.workOnCases(under: new)
                let history = try #require(try await heir.broker.ledger.offboardingCase(id))
                #expect(history.newest.step.state == .closed)
            }
        }

        @Test("keys that are due are rotated by the one node that has the duty, and by nobody else")
        func rotation() async throws {
            try await Company.run(keepsRootKey: true) { company in
                let keepers = try Self.keepers(company, Uptime())
                for keeper in keepers { try await keeper.turn() }
                let duty = try #require(keepers[0].duty)
                company.installation.clock.advance(seconds: 31 * 86_400)
                await withTaskGroup(of: Void.self) { group in
                    for node in company.nodes { group.addTask { await node.broker.rotateWhatIsDue(under: duty) } }
                }
                try await company.nodes[0].broker.catchUp()
                let rings = company.nodes[0].broker.snapshot.keyVersions(for: .sessionRing)
                #expect(rings.count { $0.state == .staged } == 1)
            }
        }

        /// Offboards the owner of more than a thousand workloads, whose rest follows in batches.
        private static func openLargeCase(_ company: Company, at node: Node) async throws -> CaseID {
            let admin = try await company.session("admin", at: node)
            try await company.installation.ownMany(1_001, at: node, by: try await company.caller(admin, at: node))
            let outcome = try await company.offboard("person/owner", at: node, by: admin)
            #expect(outcome.state == .approved)
            return try #require(outcome.id)
        }
    }
}
