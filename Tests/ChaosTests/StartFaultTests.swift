internal import Foundation
internal import TenureAPI
internal import Testing

@testable internal import Chaos

/// What an operator reads when a broker does not start: one line that says what to do.
@Suite("F13 a damaged folder, and other reasons not to start")
struct StartFaultTests {
    /// What is done to the folder of a stopped broker, and what must be said.
    private static let damages: [(name: String, said: [String])] = [
        ("key lost", ["kek"]),
        ("key readable", ["chmod 600", "kek"]),
        ("database readable", ["chmod 600", "tenure.db"]),
        ("database newer", ["written by a newer tenured"]),
        ("database overwritten", ["damaged", "backup"]),
        ("database cut", ["damaged", "backup"]),
    ]

    @Test("each reason not to start is told in one line, and nothing is lost")
    func reasons() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        let place = try BrokerPlace("start", in: run)
        let broker = try await ChaosBroker.start(place)
        let busy = try await ChaosBroker.attempt(
            try BrokerPlace("other", in: run), listen: Self.address(broker.ready.url))
        Self.expect(busy, says: ["in use by another program", "choose another port"])
        let again = try await ChaosBroker.attempt(place)
        Self.expect(again, says: ["another tenured uses", "stop it first"])
        let held = try await Self.issued(by: broker)
        broker.end()

        let whole = try place.content()
        for damage in Self.damages {
            let damaged = try Self.place("damaged", whole, run)
            try await Self.apply(damage.name, damaged)
            Self.expect(try await ChaosBroker.attempt(damaged), says: damage.said)
            try FileManager.default.removeItem(atPath: damaged.folder)
        }
        // With its own files back it starts, and has everything.
        let restored = try await ChaosBroker.start(place)
        restored.end()
        let found = try await LogOracle(verifierKey: broker.ready.auditVkey)
            .violations(in: place.dataFolder, holding: held)
        #expect(found == [])
    }

    @Test("F13 whatever byte of the database is flipped, it is refused, found by `audit verify`, or harmless")
    func flips() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        let place = try BrokerPlace("flips", in: run)
        let broker = try await ChaosBroker.start(place)
        let held = try await Self.issued(by: broker)
        broker.end()
        let whole = try place.content()
        let database = try #require(whole["tenure.db"])
        let oracle = try LogOracle(verifierKey: broker.ready.auditVkey)
        var generator = SeededChoices(seed: 13)
        var foundCount = 0
        for number in 0..<80 {
            var flipped = whole
            let byte = Int.random(in: 0..<database.count, using: &generator)
            flipped["tenure.db"]?[byte] ^= UInt8.random(in: 1...255, using: &generator)
            let other = try Self.place("flip-\(number)", flipped, run)
            // Looking must not trap, and must find the byte or every answer.
            if await !oracle.violations(in: other.dataFolder, holding: held).isEmpty { foundCount += 1 }
            try FileManager.default.removeItem(atPath: other.folder)
        }
        #expect(foundCount > 8)
    }

    /// A few tokens.
    private static func issued(by broker: ChaosBroker) async throws -> [GivenAnswer] {
        let hearings = Hearings()
        let load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
        try await load.run(clients: 2) { _, count in count >= 6 }
        await load.shutdown()
        return hearings.given
    }

    private static func place(
        _ name: String, _ content: [String: [UInt8]], _ run: ChaosRun
    ) throws -> BrokerPlace {
        let place = try BrokerPlace(name, in: run)
        try BrokerPlace.write(content, to: place.dataFolder)
        return place
    }

    private static func apply(_ damage: String, _ place: BrokerPlace) async throws {
        let key = place.dataFolder + "/kek"
        let database = place.dataFolder + "/tenure.db"
        switch damage {
        case "key lost": try FileManager.default.removeItem(atPath: key)
        case "key readable":
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        case "database readable":
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: database)
        case "database newer":
            try await place.changeDatabase("INSERT INTO schema_version (version) VALUES (999)")
        case "database overwritten":
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: database))
            try handle.write(contentsOf: Data(repeating: 0x5A, count: 8_192))
            try handle.close()
        default:
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: database))
            try handle.truncate(atOffset: 65_536)
            try handle.close()
        }
    }

    private static func address(_ url: String) -> String {
        "127.0.0.1:" + (url.split(separator: ":").last.map(String.init) ?? "")
    }

    private static func expect(
        _ start: ChaosBroker.Start, says words: [String], _ location: Testing.SourceLocation = #_sourceLocation
    ) {
        guard case .ended(let status, let said) = start else {
            Issue.record("it started", sourceLocation: location)
            return
        }
        #expect(status != 0 && status < 128, sourceLocation: location)
        let lines = said.split(separator: "\n").filter { $0.hasPrefix("tenured: ") }
        #expect(lines.count == 1, "\(said)", sourceLocation: location)
        for word in words { #expect(said.contains(word), "\(said)", sourceLocation: location) }
    }
}
