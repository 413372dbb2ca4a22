internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

@Suite("The feed")
struct FeedTests {
    /// The next messages, as many as asked for; fewer where the feed ends.
    private static func take(_ count: Int, from messages: inout FeedReader.Messages) async throws -> [FeedReader
        .Message]
    {
        var taken: [FeedReader.Message] = []
        while taken.count < count, let message = try await messages.next() { taken.append(message) }
        return taken
    }

    private static func events(_ messages: [FeedReader.Message]) -> [FeedEvent] {
        messages.flatMap { message -> [FeedEvent] in
            if case .events(let events) = message { events } else { [] }
        }
    }

    private static func heartbeats(_ messages: [FeedReader.Message]) -> [FeedHeartbeat] {
        messages.compactMap { if case .heartbeat(let beat) = $0 { beat } else { nil } }
    }

    @Test("a cut is handed on with the event before it, and the heartbeat comes only after it")
    func order() async throws {
        let installation = try await TestInstallation.start()
        let broker = installation.broker
        let since = broker.recorder.head.lastFeed
        let reader = try broker.followFeed(after: since, by: try await installation.caller("admin"))
        var messages = reader.messages()
        let first = try await installation.node.cut(LineageReference(.environment, 1 << 62))
        let second = try await installation.node.cut(LineageReference(.trust, 7))
        try await broker.beatFeed()
        let taken = try await Self.take(2, from: &messages)
        let events = Self.events(taken)
        #expect(events.map(\.index) == [first.firstIndex, second.firstIndex])
        #expect(events.map(\.previous) == [since, first.firstIndex])
        #expect(events.last?.body == .mark(LineageReference(.trust, 7), .unspecified))
        guard case .heartbeat(let beat)? = taken.last else {
            Issue.record("the heartbeat comes last: \(taken)")
            return
        }
        #expect(beat.last == second.firstIndex)
        #expect(beat.head == broker.recorder.head.size)
        #expect(beat.at == installation.clock.now)
        reader.end()
    }

    @Test("who comes late is given what was before this start of the node, from the database")
    func backfill() async throws {
        let installation = try await TestInstallation.start()
        try await installation.node.cut(LineageReference(.trust, 7))
        let other = try await installation.otherNode()
        let caller = try await installation.caller("admin")
        let reader = try other.broker.followFeed(after: -1, by: caller)
        var messages = reader.messages()
        let all = Self.events(try await Self.take(1, from: &messages))
        #expect(all.first?.previous == -1)
        #expect(zip(all, all.dropFirst()).allSatisfy { $1.previous == $0.index })
        #expect(all.last?.body == .mark(LineageReference(.trust, 7), .unspecified))
        reader.end()
        await other.stop()
    }

    @Test("what another node recorded is on this one's feed")
    func otherNodes() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let caller = try await installation.caller("admin")
        let reader = try installation.broker.followFeed(after: installation.broker.recorder.head.lastFeed, by: caller)
        var messages = reader.messages()
        let cut = try await other.cut(LineageReference(.trust, 7))
        try await installation.broker.beatFeed()
        #expect(Self.events(try await Self.take(1, from: &messages)).map(\.index) == [cut.firstIndex])
        reader.end()
        await other.stop()
    }

    @Test("each heartbeat is sent once, also to who has all events")
    func heartbeats() async throws {
        let installation = try await TestInstallation.start()
        let broker = installation.broker
        let caller = try await installation.caller("admin")
        let reader = try broker.followFeed(after: broker.recorder.head.lastFeed, by: caller)
        var messages = reader.messages()
        var seen: [FeedHeartbeat] = []
        for _ in 0..<3 {
            installation.clock.advance(seconds: 1)
            try await broker.beatFeed()
            seen += Self.heartbeats(try await Self.take(1, from: &messages))
        }
        #expect(Set(seen.map(\.at)).count == 3)
        reader.end()
    }

    @Test("T28 a feed ends once what opened it was cut, or has expired, or lost its role")
    func ends() async throws {
        for end in ["cut", "expired"] {
            let installation = try await TestInstallation.start()
            let broker = installation.broker
            let caller = try await installation.caller("admin")
            let reader = try broker.followFeed(after: broker.recorder.head.lastFeed, by: caller)
            var messages = reader.messages()
            try await broker.beatFeed()
            _ = try await Self.take(1, from: &messages)
            if end == "cut" {
                try await installation.node.cut(LineageReference(.authentication, caller.proof.authentication))
            } else {
                installation.clock.advance(seconds: 3_601)
            }
            try await broker.beatFeed()
            await #expect(throws: LifecycleError.self, "\(end)") { _ = try await Self.take(1, from: &messages) }
            reader.end()
            #expect(broker.feed.readerCount == 0)
        }
    }

    @Test("who has no role for it may not follow, nor see the cuts")
    func roles() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try await installation.caller("deploy")
        #expect(throws: LifecycleError.self) { try installation.broker.followFeed(after: -1, by: deploy) }
        #expect(throws: LifecycleError.self) { try installation.broker.cutoffs(by: deploy) }
    }

    @Test("T26 there is a bound of readers, and whoever leaves makes room")
    func bound() async throws {
        let installation = try await TestInstallation.start()
        let broker = installation.broker
        let caller = try await installation.caller("admin")
        var readers: [FeedReader] = []
        for _ in 0..<broker.settings.feedReadersMax { readers.append(try broker.followFeed(after: -1, by: caller)) }
        #expect(throws: LifecycleError.self) { try broker.followFeed(after: -1, by: caller) }
        readers.removeLast().end()
        readers.append(try broker.followFeed(after: -1, by: caller))
        broker.feed.close()
        var messages = readers[0].messages()
        _ = try await Self.take(1, from: &messages)
        #expect(try await messages.next() == nil)
        #expect(throws: LifecycleError.self) { try broker.followFeed(after: -1, by: caller) }
    }

    @Test("cutoffs hold every cut and no mere change, and old ones only of signing keys")
    func cutoffs() async throws {
        let installation = try await TestInstallation.start()
        let cut = LineageReference(.trust, 7)
        let key = LineageReference(.signingKey, 1 << 62 | 5)
        try await installation.node.cut(cut)
        let last = try await installation.node.cut(key).firstIndex
        let cutoffs = try installation.broker.cutoffs(by: try await installation.caller("admin"))
        #expect(cutoffs.marks.map(\.reference) == [key, cut])
        #expect(cutoffs.marks.allSatisfy { $0.cutIndex >= 0 })
        #expect(cutoffs.last == last)
        #expect(cutoffs.logs.map(\.log.text) == [installation.broker.settings.logID])
        // Nothing lives longer than ninety days.
        installation.clock.advance(seconds: 91 * 86_400)
        let later = try installation.broker.cutoffs(by: try await installation.caller("admin"))
        #expect(later.marks.map(\.reference) == [key])
    }
}
