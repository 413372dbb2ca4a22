internal import Synchronization
internal import TenureAPI
internal import Testing

@testable internal import TenureClient

@Suite("Calls that are sent again")
struct RetryTests {
    private static let done =
        #"{"id":"cut_1","target":"workload/a","reason":"unspecified","cutoff_index":7,"examples":[]}"#

    private static func problem(_ code: ProblemCode) -> LoopbackBroker.Answer {
        .init(
            status: code.status, headers: ["Content-Type": Problem.mediaType, "Retry-After": "0"],
            body: #"{"type":"\#(code.urn)","title":"t","status":\#(code.status)}"#)
    }

    /// Revokes at a broker that refuses calls with a code as often as it is said; returns what it was asked.
    private func asked(
        _ code: ProblemCode, times: Int, key: (@Sendable () -> String)?
    ) async throws -> (asked: [LoopbackBroker.Asked], error: ClientError?) {
        let places = Places()
        return try await LoopbackBroker.with { _ in
            places.next() <= times ? Self.problem(code) : .init(status: 201, body: Self.done)
        } _: { broker in
            var settings = try ClientSettings(address: broker.address, token: .text("tnr_t"))
            settings.idempotencyKey = key
            let client = try TenureClient(settings)
            var failure: ClientError?
            do throws(ClientError) {
                _ = try await client.revoke(RevocationBody(target: .reference("workload/a")))
            } catch {
                failure = error
            }
            try await client.shutdown()
            return (broker.asked, failure)
        }
    }

    @Test(
        "what the broker could not answer is sent once more, under the same key",
        arguments: [
            ProblemCode.unavailable, .unknownOutcome,
        ])
    func again(_ code: ProblemCode) async throws {
        let (asked, error) = try await asked(code, times: 1) { "k-1" }
        #expect(error == nil && asked.count == 2)
        #expect(asked.allSatisfy { $0.headers["idempotency-key"] == "k-1" })
        #expect(asked.first?.body == asked.last?.body)
    }

    @Test("it is not sent a third time, nor without a key, nor after a refusal")
    func notAgain() async throws {
        let (thrice, still) = try await asked(.unavailable, times: 9) { "k-1" }
        #expect(thrice.count == 2 && still?.exitStatus == .unavailable)
        let (unkeyed, _) = try await asked(.unavailable, times: 1, key: nil)
        #expect(unkeyed.count == 1 && unkeyed.first?.headers["idempotency-key"] == nil)
        let (refused, _) = try await asked(.denied, times: 1) { "k-1" }
        #expect(refused.count == 1)
    }

    @Test("a login has no key: its answer cannot be given again")
    func login() async throws {
        let answer = try await LoopbackBroker.with { _ in
            Self.problem(.unavailable)
        } _: { broker in
            var settings = try ClientSettings(address: broker.address)
            settings.idempotencyKey = { "k-1" }
            let client = try TenureClient(settings)
            await #expect(throws: ClientError.self) {
                _ = try await client.login(LoginBody(method: "oidc", token: "t"))
            }
            try await client.shutdown()
            return broker.asked
        }
        #expect(answer.count == 1 && answer.first?.headers["idempotency-key"] == nil)
    }
}

private final class Places: Sendable {
    private let place = Mutex(0)

    func next() -> Int {
        place.withLock { place in
            place += 1
            return place
        }
    }
}
