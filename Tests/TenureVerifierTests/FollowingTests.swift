internal import Foundation
internal import Synchronization
internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import TenureVerifier

/// A clock that tests set.
private final class SetClock: Sendable {
    private let milliseconds = Atomic<Int64>(0)

    var now: Int64 {
        get { milliseconds.load(ordering: .sequentiallyConsistent) }
        set { milliseconds.store(newValue, ordering: .sequentiallyConsistent) }
    }

    var surroundings: VerifierSurroundings {
        VerifierSurroundings(now: { Wire.start }, elapsed: { self.now }, pause: { _ in }, chance: { 0 })
    }
}

@Suite("Following the feed")
struct FollowingTests {
    private let clock = SetClock()
    private let memory = VerifierMemory(audience: Self.registry, staleMilliseconds: 60_000)

    private static let registry: Audience = {
        do { return try Audience("registry") } catch { preconditionFailure("a fixture is wrong") }
    }()

    private static func keys(
        issuer: String? = "https://tenure.example.org", audience: String? = "registry",
        kid: String = "0000000000000001", secret: String = String(repeating: "A", count: 43)
    ) throws -> VerificationKeys {
        let key = AudienceKeyAnswer(
            kty: "oct", kid: kid, k: secret, alg: "HS256", use: "sig", signUntil: "2027-01-01T00:00:00Z",
            verifyUntil: "2027-02-01T00:00:00Z")
        let other = AudienceKeyAnswer(
            kty: "EC", kid: "x", k: "", alg: "ES256", use: "sig", signUntil: "", verifyUntil: "")
        return try VerificationKeys(
            AudienceKeySetAnswer(keys: [other, key], audience: audience, issuer: issuer), audience: registry)
    }

    private func start() throws {
        memory.replace(try Self.keys())
        try memory.start(try RevocationMemory(Wire.cutoffs(), askedAt: clock.now))
        _ = memory.connect(at: clock.now)
    }

    private static func bytes(_ size: Int64 = 100, last: Int64 = 90, after milliseconds: Int64) -> [UInt8] {
        let note = Wire.note(size, root: "r").replacing("\n", with: "\\n")
        let at = Wire.start.adding(milliseconds: milliseconds)
        let data =
            #"{"head":\#(size),"last":\#(last),"at":"\#(at)","checkpoint":{"size":\#(size),"root":"r","#
            + #""note":"\#(note)"}}"#
        return Array("event: head\ndata: \(data)\n\n".utf8)
    }

    @Test(
        "T12 P3 the last word is current for 3 s, then it lags, and after the stated deadline nothing is accepted"
    )
    func freshness() throws {
        #expect(memory.freshness(at: 0) == .cutOff && memory.usable(at: 0) == nil, "nothing was heard yet")
        #expect(memory.isDead([], position: 0, log: Wire.log))
        try memory.start(try RevocationMemory(Wire.cutoffs(), askedAt: 0))
        #expect(memory.freshness(at: 0) == .cutOff, "there are no keys")
        memory.replace(try Self.keys())
        #expect(memory.freshness(at: 2_999) == .current)
        #expect(memory.freshness(at: 3_000) == .lagging(milliseconds: 3_000))
        #expect(memory.usable(at: 60_000)?.freshness == .lagging(milliseconds: 60_000))
        #expect(memory.freshness(at: 60_001) == .cutOff && memory.usable(at: 60_001) == nil)
        var reading = FeedReading(memory, clock.surroundings) {}
        _ = memory.connect(at: 70_000)
        clock.now = 70_000
        let beat = reading.take(Self.bytes(after: 0))
        #expect(beat)
        #expect(memory.freshness(at: 70_000) == .current)
    }

    @Test("a cut and a change of keys on the feed take hold at once")
    func events() throws {
        try start()
        let seen = Atomic<Int>(0)
        var reading = FeedReading(memory, clock.surroundings) { seen.add(1, ordering: .relaxed) }
        let identity = LineageReference(.identity, 12)
        #expect(!memory.isDead([identity], position: 93, log: Wire.log))
        let mark = #"{"prev":90,"kind":"i","number":12,"cut":95,"reason":"unspecified","at":"t"}"#
        let cut = reading.take(Array("id: 95\nevent: mark\ndata: \(mark)\n\nid: 99\nevent: key\n".utf8))
        #expect(cut)
        #expect(memory.isDead([identity], position: 93, log: Wire.log) && seen.load(ordering: .relaxed) == 0)
        let keys = reading.take(Array("data: {\"prev\":95,\"at\":\"t\"}\n\n".utf8))
        #expect(keys)
        #expect(seen.load(ordering: .relaxed) == 1 && memory.status(at: 0).lastEvent == 99)
    }

    @Test(
        "T12 what cannot be believed ends the connection and has the verifier begin with all cuts; what it knows stays")
    func faults() throws {
        try start()
        var reading = FeedReading(memory, clock.surroundings) {}
        let gap = reading.take(Array("id: 97\nevent: key\ndata: {\"prev\":95,\"at\":\"t\"}\n\n".utf8))
        #expect(!gap)
        guard case .feed(.missed)? = reading.failure else {
            Issue.record("\(String(describing: reading.failure))")
            return
        }
        #expect(reading.failure?.needsStart == true)
        memory.forgetPlace()
        #expect(memory.needsStart && memory.freshness(at: 0) == .current)
        var other = FeedReading(memory, clock.surroundings) {}
        let large = other.take([UInt8](repeating: 0x61, count: EventStreamParser.eventBytesMax + 1))
        #expect(!large)
        #expect(other.failure?.needsStart == false)
    }

    @Test("T12 a connection on which only old heartbeats come is given up after 10 s")
    func stalled() throws {
        try start()
        var reading = FeedReading(memory, clock.surroundings) {}
        for second in 1...3 {
            clock.now = Int64(second) * 1_000
            let fresh = reading.take(Self.bytes(after: Int64(second) * 1_000))
            #expect(fresh)
        }
        clock.now = 12_999
        let old = reading.take(Self.bytes(after: 3_000))
        #expect(old)
        clock.now = 13_000
        let tooOld = reading.take(Self.bytes(after: 3_000))
        #expect(!tooOld)
        guard case .stalled? = reading.failure else {
            Issue.record("\(String(describing: reading.failure))")
            return
        }
    }

    @Test(
        "keys of another audience, without issuer, or that are none of ours are refused; other kinds are passed over"
    )
    func keySets() throws {
        _ = try Self.keys()
        _ = try Self.keys(audience: nil)
        #expect(throws: FeedFault.malformed) { try Self.keys(issuer: nil) }
        #expect(throws: FeedFault.malformed) { try Self.keys(audience: "other") }
        #expect(throws: FeedFault.malformed) { try Self.keys(kid: "1") }
        #expect(throws: FeedFault.malformed) { try Self.keys(secret: "AAAA") }
    }

    @Test(
        "settings that cannot work are refused with what to do",
        arguments: [
            ("http://tenure.example.org", "registry", 60), ("https://tenure.example.org", "a b", 60),
            ("https://tenure.example.org", "registry", 2), ("https://tenure.example.org", "registry", 3_601),
        ] as [(String, String, Int64)])
    func settings(_ address: String, _ audience: String, _ stale: Int64) {
        var settings = VerifierSettings(address: address, audience: audience, proof: .tokenFile("/nowhere"))
        settings.staleSeconds = stale
        #expect(throws: VerifierSettingsError.self) { try Verifier(settings, clock.surroundings) }
    }
}
