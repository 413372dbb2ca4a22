internal import HTTPTypes
internal import NIOCore
internal import NIOEmbedded
internal import TenureAPI
internal import Testing

@testable internal import TenureHTTP

@Suite("the line of those who ask for credentials")
struct IssuingLineTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func enter(_ line: IssuingLine, _ count: Int, after milliseconds: Int64) -> Int {
        (0..<count).count { _ in line.enter(at: Self.start + .milliseconds(milliseconds)) }
    }

    private func leave(_ line: IssuingLine, _ count: Int) { for _ in 0..<count { line.leave() } }

    @Test("a burst is served, a line that stands is cut, and one that is gone is forgotten")
    func standing() {
        let line = IssuingLine(underWayMax: 10)
        #expect(enter(line, 500, after: 0) == 500)
        #expect(enter(line, 5, after: 149) == 5)
        #expect(enter(line, 5, after: 249) == 5)
        #expect(enter(line, 5, after: 250) == 0)
        // As many as leave below the bound come in, no more, also where few were under way for a moment.
        leave(line, 501)
        #expect(enter(line, 5, after: 300) == 1)
        leave(line, 10)
        #expect(enter(line, 50, after: 400) == 10)
        // It was not crowded for a while: what comes next is a burst again.
        #expect(enter(line, 50, after: 551) == 50)
        #expect(enter(line, 1, after: 700) == 1)
        #expect(enter(line, 1, after: 800) == 1)
        #expect(enter(line, 1, after: 801) == 0)
    }

    @Test("bursts with calm between them never become a line")
    func bursts() {
        let line = IssuingLine(underWayMax: 10)
        for turn in 0..<100 {
            #expect(enter(line, 100, after: Int64(turn) * 151) == 100)
            leave(line, 100)
        }
    }

    @Test("an event loop that takes up many and answers them by turns has a line that stands")
    func turns() {
        let line = IssuingLine(underWayMax: 10)
        var admitted: [Int] = []
        for turn in 0..<6 {
            admitted.append(enter(line, 100, after: Int64(turn) * 80))
            leave(line, admitted[turn])
        }
        #expect(admitted == [100, 100, 100, 100, 10, 10])
    }

    @Test("nobody within the bound is ever cut, however long it is held")
    func within() {
        let line = IssuingLine(underWayMax: 10)
        #expect(enter(line, 9, after: 0) == 9)
        for second in 1..<1_000 {
            #expect(enter(line, 1, after: Int64(second) * 1_000) == 1)
            leave(line, 1)
        }
    }

    @Test("who is cut gets 503 and a time to wait, and a revocation gets through all the same")
    func answers() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let loop = NIOAsyncTestingEventLoop()
            let order = #"{"profile":"ci-token","audience":"registry","scope":["pull"]}"#
            for _ in 0..<HTTPLimits().issuingUnderWayMax { #expect(server.router.line.enter(at: loop.now)) }
            let crowded = try await server.send(.post, APIPath.tokens, token: session, body: order, on: loop)
            #expect(crowded.status == 201, "\(crowded.text)")
            await loop.advanceTime(by: .milliseconds(125))
            #expect(server.router.line.enter(at: loop.now))
            await loop.advanceTime(by: .milliseconds(125))

            for path in [APIPath.tokens, APIPath.certificates, APIPath.tokenExchange] {
                let refused = try await server.send(.post, path, token: session, body: order, on: loop)
                #expect(refused.status == 503, "\(path): \(refused.text)")
                #expect(refused.headers[.retryAfter] == "1")
            }
            let cut = try await server.send(
                .post, APIPath.revocations, token: admin, body: #"{"target":"workload/deploy","reason":"superseded"}"#,
                on: loop)
            #expect(cut.status == 201, "\(cut.text)")
        }
    }
}
