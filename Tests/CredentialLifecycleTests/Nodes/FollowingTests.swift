internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

extension SeveralNodes {
    @Suite("Nodes that follow one another")
    struct FollowingTests {
        private static let kinds: [RotationSubject] = [.allTokenKeys, .sessionKeys, .issuingCA]

        @Test("P4 after a rotation at one node every node signs and verifies with the same keys", arguments: kinds)
        func rotation(_ subject: RotationSubject) async throws {
            try await Company.run(keepsRootKey: true) { company in
                let (first, last) = (company.nodes[0], company.nodes[2])
                let admin = try await company.session("admin", at: first)
                _ = try await first.broker.rotate(
                    subject, by: try await company.caller(admin, at: first), in: try company.installation.call())
                // Past the minute in which the successor lies published.
                company.installation.clock.advance(seconds: 120)
                for node in company.nodes { try await node.broker.catchUp() }
                let now = company.installation.clock.now
                let signers = try company.nodes.map { try $0.broker.keys.issuer(at: now) { _ in nil }.id }
                #expect(Set(signers).count == 1)
                let deploy = try await company.session("deploy", at: last)
                for node in company.nodes {
                    let caller = try await company.caller(deploy, at: node)
                    let token = try await company.installation.token(caller, at: node)
                    for other in company.nodes {
                        let isAlive = try await company.isAlive(token, at: other, by: admin)
                        #expect(isAlive)
                    }
                }
            }
        }

        @Test("a ring whose key was cut is followed at once: its successor's tokens are known at every node")
        func cutKey() async throws {
            try await Company.run { company in
                let (first, last) = (company.nodes[0], company.nodes[2])
                let admin = try await company.session("admin", at: first)
                let deploy = try await company.session("deploy", at: first)
                let old = try await company.installation.token(try await company.caller(deploy, at: first), at: first)
                let stored = try #require(try await first.broker.ledger.credential(old.id))
                let key = try #require(stored.lineage.references.first { $0.kind == .signingKey })
                try await first.cut(key)
                _ = try await first.broker.rotate(
                    .allTokenKeys, by: try await company.caller(admin, at: first), in: try company.installation.call())
                let new = try await company.installation.token(try await company.caller(deploy, at: last), at: last)
                for node in company.nodes {
                    let (oldLives, newLives) = (
                        try await company.isAlive(old, at: node, by: admin),
                        try await company.isAlive(new, at: node, by: admin)
                    )
                    #expect(!oldLives && newLives)
                }
            }
        }

        @Test("what one node records is known to another without a question", arguments: [true, false])
        func unasked(announces: Bool) async throws {
            try await Company.run(announces: announces) { company in
                let (first, last) = (company.nodes[0], company.nodes[2])
                let admin = try await company.caller(try await company.session("admin", at: last), at: last)
                let since = last.broker.recorder.head.lastFeed
                let reader = try last.broker.followFeed(after: since, by: admin)
                defer { reader.end() }
                let cut = try await first.cut(LineageReference(.trust, 7))
                let begun = ContinuousClock.now
                while last.broker.recorder.head.lastFeed < cut.firstIndex { await Task.yield() }
                try await last.broker.publishFeed()
                var messages = reader.messages()
                let message = try await messages.next()
                let took = begun.duration(to: .now)
                guard case .events(let events)? = message else {
                    Issue.record("\(String(describing: message))")
                    return
                }
                #expect(events.map(\.index) == [cut.firstIndex])
                // DESIGN, section 5: 250 ms without an announcement.
                #expect(took < .seconds(1), "\(took)")
            }
        }

        @Test("T13 one idempotency key at three nodes at once gives one credential, and its text to all")
        func idempotency() async throws {
            try await Company.run { company in
                let session = try await company.session("deploy", at: company.nodes[0])
                let held = try await withThrowingTaskGroup(of: HeldToken.self) { group in
                    for node in company.nodes {
                        let call = try company.installation.call(key: "one")
                        group.addTask {
                            let caller = try await company.caller(session, at: node)
                            return try await company.installation.token(caller, at: node, in: call)
                        }
                    }
                    return try await group.reduce(into: [HeldToken]()) { $0.append($1) }
                }
                #expect(Set(held.map(\.id)).count == 1 && Set(held.map(\.text)).count == 1)
            }
        }

        @Test("a checkpoint that one node signed is served, and kept, by the others")
        func checkpoints() async throws {
            try await Company.run { company in
                let (first, last) = (company.nodes[0], company.nodes[2])
                company.installation.clock.advance(seconds: 5)
                let cut = try await first.cut(LineageReference(.trust, 7))
                company.installation.clock.advance(seconds: 5)
                await first.broker.recorder.storeForOthers()
                company.installation.clock.advance(seconds: 5)
                try await last.broker.follow()
                #expect(last.broker.recorder.checkpoint.size > cut.firstIndex)
                #expect(last.broker.recorder.checkpoint == first.broker.recorder.checkpoint)
            }
        }
    }
}
