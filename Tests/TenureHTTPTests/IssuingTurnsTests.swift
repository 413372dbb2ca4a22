internal import Dispatch
internal import HTTPTypes
internal import NIOCore
internal import NIOEmbedded
internal import TenureAPI
internal import Testing

@testable internal import TenureHTTP

@Suite("the line of those who ask for credentials")
struct IssuingTurnsTests {
    /// Asks `count` times in one turn of the loop, ends the turn, and says how many were admitted.
    private func turn(_ turns: IssuingTurns, _ loop: EmbeddedEventLoop, _ count: Int) -> Int {
        let admitted = (0..<count).count { _ in turns.admits(on: loop) }
        loop.run()
        return admitted
    }

    @Test("a burst is served, a line that stands is cut, and one that is gone is forgotten")
    func standing() {
        let loop = EmbeddedEventLoop()
        let turns = IssuingTurns(perTurnMax: 10)
        loop.advanceTime(by: .seconds(1))
        // Crowded for 240 ms: a burst.
        for _ in 0..<25 {
            #expect(turn(turns, loop, 50) == 50)
            loop.advanceTime(by: .milliseconds(10))
        }
        #expect(turn(turns, loop, 50) == 10)
        #expect(turn(turns, loop, 50) == 10)
        // One turn that is not crowded ends it.
        #expect(turn(turns, loop, 10) == 10)
        #expect(turn(turns, loop, 50) == 50)
    }

    @Test("crowded turns with a pause between them are bursts")
    func pauses() {
        let loop = EmbeddedEventLoop()
        let turns = IssuingTurns(perTurnMax: 10)
        for _ in 0..<100 {
            loop.advanceTime(by: .milliseconds(21))
            #expect(turn(turns, loop, 500) == 500)
        }
    }

    @Test("no turn that is within the bound is ever cut, however many follow each other")
    func within() {
        let loop = EmbeddedEventLoop()
        let turns = IssuingTurns(perTurnMax: 10)
        for _ in 0..<1_000 {
            loop.advanceTime(by: .milliseconds(1))
            #expect(turn(turns, loop, 10) == 10)
        }
    }

    @Test("who is cut gets 503 and a time to wait, and a revocation gets through all the same")
    func answers() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let loop = NIOAsyncTestingEventLoop()
            let max = HTTPLimits().issuingPerTurnMax
            for _ in 0..<30 {
                try await loop.executeInContext {
                    for _ in 0...max { _ = server.router.turns.admits(on: loop) }
                }
                await loop.advanceTime(by: .milliseconds(10))
            }
            // The turn does not end before the answers are here.
            let (begun, begin) = AsyncStream<Void>.makeStream()
            let end = DispatchSemaphore(value: 0)
            loop.execute {
                for _ in 0..<max { _ = server.router.turns.admits(on: loop) }
                begin.finish()
                end.wait()
            }
            defer { end.signal() }
            for await _ in begun {}

            let order = #"{"profile":"ci-token","audience":"registry","scope":["pull"]}"#
            let refused = try await server.send(.post, APIPath.tokens, token: session, body: order, on: loop)
            #expect(refused.status == 503, "\(refused.text)")
            #expect(refused.headers[.retryAfter] == "1")
            #expect(try refused.problem().code == .unavailable)
            let cut = try await server.send(
                .post, APIPath.revocations, token: admin, body: #"{"target":"workload/deploy","reason":"superseded"}"#,
                on: loop)
            #expect(cut.status == 201, "\(cut.text)")
            // Another loop has a line of its own.
            let elsewhere = try await server.send(.post, APIPath.tokens, token: session, body: order)
            #expect(elsewhere.status == 401, "its session was cut: \(elsewhere.text)")
        }
    }
}
