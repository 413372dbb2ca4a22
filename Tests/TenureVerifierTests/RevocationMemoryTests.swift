internal import AuditLog
internal import TenureAPI
internal import TenureModel
internal import TenureVerifier
internal import Testing

@Suite("What was revoked, and as of when that is known")
struct RevocationMemoryTests {
    private static func memory(_ answer: CutoffsAnswer = Wire.cutoffs()) throws -> RevocationMemory {
        try RevocationMemory(answer, askedAt: 0)
    }

    private static let identity = LineageReference(.identity, 12)
    private static let credential = LineageReference(.credential, 0x4000_0000_0000_0001)

    @Test("a cut kills what was issued at or below it, of a closed reference whatever it claims")
    func marks() throws {
        var memory = try Self.memory(
            Wire.cutoffs(marks: [.init(kind: "o", number: .index(3), cut: 50)]))
        let owner = LineageReference(.owner, 3)
        #expect(memory.death([owner], position: 50, log: Wire.log) != nil)
        #expect(memory.death([owner], position: 51, log: Wire.log) == nil)
        try memory.apply(mark: Self.identity, index: 95, previous: 90)
        try memory.apply(mark: Self.credential, index: 97, previous: 95)
        #expect(memory.death([Self.identity], position: 95, log: Wire.log) != nil)
        #expect(memory.death([Self.identity], position: 96, log: Wire.log) == nil)
        #expect(memory.death([Self.credential], position: 1_000, log: Wire.log) != nil)
        #expect(memory.last == 97 && memory.count == 3)
    }

    @Test("what claims a log that is none of the broker's, or a place that its log does not have, is dead")
    func logs() throws {
        let old = LogID(1)
        let memory = try Self.memory(
            Wire.cutoffs(logs: [.init(log: old.text, start: 0, end: 40), .init(log: Wire.log.text, start: 40)]))
        #expect(memory.death([], position: 39, log: old) == nil)
        #expect(memory.death([], position: 40, log: old) == .beyondEnd(40))
        #expect(memory.death([], position: 5, log: LogID(2)) == .foreignLog(LogID(2)))
    }

    @Test("T12 an event that does not follow the last one says that something was missed, and changes nothing")
    func missed() throws {
        var memory = try Self.memory()
        #expect(
            thrown { () throws(FeedFault) in try memory.apply(mark: Self.identity, index: 97, previous: 95) }
                == .missed)
        #expect(memory.last == 90 && memory.count == 0)
        // What is in the cuts already may come once more.
        try memory.apply(mark: Self.credential, index: 90, previous: 80)
        try memory.follow(index: 95, previous: 90)
        try memory.apply(mark: Self.identity, index: 97, previous: 95)
        #expect(memory.last == 97)
    }

    @Test("T12 a heartbeat proves what was read, by the broker's time inside it: one that a proxy keeps back is old")
    func buffered() throws {
        var memory = try Self.memory()
        #expect(memory.age(at: 1_000) == 1_000)
        memory.connect(at: 1_000)
        try memory.beat(try Wire.head(after: 0), at: 1_010)
        #expect(memory.age(at: 1_010) == 10)
        try memory.beat(try Wire.head(after: 1_000), at: 2_005)
        #expect(memory.age(at: 2_005) == 5)
        // From here on everything comes 20 s late.
        try memory.beat(try Wire.head(after: 2_000), at: 23_000)
        #expect(memory.age(at: 23_000) == 20_000)
        try memory.beat(try Wire.head(after: 3_000), at: 24_000)
        #expect(memory.age(at: 24_000) == 20_000)
    }

    @Test("T12 a proxy that keeps back the first heartbeat hides its age no more than later ones'")
    func firstBuffered() throws {
        var memory = try Self.memory()
        memory.connect(at: 1_000)
        try memory.beat(try Wire.head(after: 0), at: 31_000)
        #expect(memory.age(at: 31_000) == 30_000)
    }

    @Test("T12 the broker's clock may be set: forward proves nothing of the future, back proves nothing new")
    func clockSet() throws {
        var memory = try Self.memory()
        memory.connect(at: 0)
        try memory.beat(try Wire.head(after: 0), at: 10)
        try memory.beat(try Wire.head(after: 3_600_000), at: 1_010)
        #expect(memory.age(at: 1_010) == 0)
        #expect(memory.age(at: 6_010) == 5_000)
        try memory.beat(try Wire.head(after: 2_000), at: 2_010)
        #expect(memory.age(at: 2_010) == 1_000)
        // Another connection is measured by itself.
        memory.connect(at: 5_000)
        try memory.beat(try Wire.head(after: 5_000), at: 5_020)
        #expect(memory.age(at: 5_020) == 20)
    }

    @Test("T12 a heartbeat of a node that lags behind, or of a log that lost its end, proves nothing")
    func older() throws {
        var memory = try Self.memory()
        memory.connect(at: 0)
        try memory.beat(try Wire.head(after: 0), at: 10)
        try memory.beat(try Wire.head(99, last: 90, after: 9_000, checkpoint: 90), at: 9_000)
        try memory.beat(try Wire.head(100, last: 80, after: 9_000), at: 9_000)
        #expect(memory.age(at: 9_000) == 9_000)
        #expect(
            thrown { () throws(FeedFault) in try memory.beat(try head(last: 95), at: 9_000) } == .missed)
        #expect(memory.age(at: 9_000) == 9_000)
        try memory.beat(try Wire.head(101, last: 90, after: 9_000), at: 9_000)
        #expect(memory.age(at: 9_000) == 0)
    }

    private func head(last: Int64) throws(FeedFault) -> FeedHead {
        try FeedHead(
            size: 100, last: last, at: Wire.start, checkpoint: SeenCheckpoint(log: Wire.log, size: 100, root: "r"))
    }

    @Test("T12 another log, and two trees of one size, are objected to")
    func rewritten() throws {
        var memory = try Self.memory()
        for (root, log, fault) in [("x", Wire.log, FeedFault.rewritten), ("r", LogID(1), .otherLog)] {
            let head = try Wire.head(after: 0, root: root, log: log)
            #expect(thrown { () throws(FeedFault) in try memory.beat(head, at: 10) } == fault)
        }
        // The largest that was seen is remembered.
        try memory.beat(try Wire.head(120, after: 0, root: "s"), at: 10)
        let fork = try Wire.head(120, after: 10, root: "t")
        #expect(thrown { () throws(FeedFault) in try memory.beat(fork, at: 10) } == .rewritten)
    }

    @Test("T12 a new start takes no older state of the same log, nor another history of it")
    func start() throws {
        let memory = try Self.memory()
        let cases: [(CutoffsAnswer, FeedFault?)] = [
            (Wire.cutoffs(head: 99, checkpoint: Wire.checkpoint(99)), .missed),
            (Wire.cutoffs(last: 80), .missed),
            (Wire.cutoffs(checkpoint: Wire.checkpoint(100, root: "x")), .rewritten),
            (Wire.cutoffs(head: 120, last: 110, checkpoint: Wire.checkpoint(120)), nil),
            (
                Wire.cutoffs(
                    logs: [.init(log: "00000001", start: 0)], head: 50, last: 40,
                    checkpoint: Wire.checkpoint(50, log: LogID(1))), nil
            ),
        ]
        for (answer, fault) in cases {
            let other = try Self.memory(answer)
            #expect(thrown { () throws(FeedFault) in try memory.requireSuccessor(other) } == fault)
        }
    }

    @Test("cuts that say what cannot be are refused")
    func malformed() {
        let answers = [
            Wire.cutoffs(marks: [.init(kind: "i", number: .hash("4000000000000001"), cut: 5)]),
            Wire.cutoffs(marks: [.init(kind: "i", number: .index(5), cut: -1)]),
            Wire.cutoffs(logs: [.init(log: "xyz", start: 0)]),
            Wire.cutoffs(logs: [.init(log: Wire.log.text, start: 0, end: 10)]),
            Wire.cutoffs(head: 90, last: 90),
            Wire.cutoffs(last: -2),
        ]
        for answer in answers {
            #expect(
                thrown { () throws(FeedFault) in _ = try RevocationMemory(answer, askedAt: 0) } == .malformed)
        }
    }
}
