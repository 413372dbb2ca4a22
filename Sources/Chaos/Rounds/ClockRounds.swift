internal import Glibc
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import Storage
internal import TenureAPI
internal import TenureClient

/// One broker whose wall clock jumps while it runs (THREATS, F10): nothing is issued while the clock is wrong, kills
/// and verification go on, and after a clock that was ahead an operator accepts the right time.
struct ClockRounds: Sendable {
    private static let triesMax = 500
    private static let schema = "clock"

    /// Whose clock stays as it is; nil where the database is the broker's.
    private let server: PostgreSQLServer?
    private let place: BrokerPlace
    private var broker: ChaosBroker
    private var held: [GivenAnswer] = []
    private(set) var outcome = RoundOutcome()

    /// Founds an installation whose clock is right.
    ///
    /// - Parameter server: keeps it; nil for SQLite.
    init(in run: ChaosRun, name: String, on server: PostgreSQLServer? = nil) async throws(ChaosFault) {
        self.server = server
        var place = try BrokerPlace(name, in: run)
        if let server {
            try await ChaosBroker.offPool("making a schema") { try server.makeSchema(Self.schema) }
            place.role = .development(store: server.url(schema: Self.schema))
        }
        self.place = place
        broker = try await ChaosBroker.start(place)
    }

    /// One jump, and back.
    mutating func jump(seconds: Int64) async throws(ChaosFault) {
        let hearings = Hearings()
        var load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
        guard case .yes(let token, let text) = try await load.ask() else { throw ChaosFault("no token before a jump") }
        held.append(token)

        try place.control.shiftClock(seconds: seconds)
        if seconds > 0 {
            // What the issuer signed before is over by this clock.
            await load.shutdown()
            load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
        }
        switch try await load.ask() {
        case .no(let problem) where problem.status == 503 && problem.detail?.contains("clock") == true: break
        case let heard: violate(seconds, "the first request under a wrong clock was answered \(heard)")
        }
        try await kill(token, text, seconds)
        try await rotate(seconds)
        await load.shutdown()

        try place.control.shiftClock(seconds: 0)
        if seconds > 0 { try await acceptClock(seconds) }
        let again = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
        var heard = try await again.ask()
        // What the loop saw within the last second is still said.
        for _ in 0..<Self.triesMax {
            guard case .no = heard else { break }
            try await ChaosBroker.pause(milliseconds: 20)
            heard = try await again.ask()
        }
        if case .yes(let token, _) = heard { held.append(token) } else { violate(seconds, "after it: \(heard)") }
        await again.shutdown()
        outcome.count("clock_jump")
    }

    /// A clock that goes too fast, then too slow until it is right again: as clocks do, and nothing stops.
    mutating func drift() async throws(ChaosFault) {
        let load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: Hearings())
        for step in Self.offsets(upTo: server == nil ? 15 : 6) {
            try place.control.shiftClock(milliseconds: step)
            switch try await load.ask() {
            case .yes(let token, _): held.append(token)
            case let heard: outcome.violations.append("a clock that drifted by \(step) ms: \(heard)")
            }
        }
        await load.shutdown()
        outcome.count("clock_drift")
    }

    /// Up to three seconds off: less than what a clock may lie behind the last entry. From a database's clock it may
    /// lie 2 s away.
    private static func offsets(upTo count: Int) -> [Int64] {
        (0...count).map { Int64($0 * 200) } + (0..<count).reversed().map { Int64($0 * 200) }
    }

    /// Stops the broker and holds everything against the log.
    mutating func finish() async throws(ChaosFault) -> RoundOutcome {
        broker.end()
        outcome.acknowledged = held.count
        let oracle = try LogOracle(verifierKey: broker.ready.auditVkey)
        guard let server else {
            outcome.violations += await oracle.violations(in: place.dataFolder, holding: held)
            return outcome
        }
        let database = try await LogOracle.open(server, schema: Self.schema)
        do throws(StorageError) {
            outcome.violations += try await oracle.violations(of: database, holding: held)
        } catch {
            outcome.violations.append("the database cannot be used: \(error)")
        }
        await database.close()
        return outcome
    }

    /// A revocation is recorded, and introspection refuses at once what it ended.
    private mutating func kill(_ token: GivenAnswer, _ text: String, _ seconds: Int64) async throws(ChaosFault) {
        var receipt: GivenAnswer?
        // The administrator's token is renewed within seconds where the clock has ended it.
        for _ in 0..<Self.triesMax where receipt == nil {
            do throws(ChaosFault) {
                receipt = try await broker.revoke(token)
            } catch {
                try await ChaosBroker.pause(milliseconds: 20)
            }
        }
        guard let receipt else { return violate(seconds, "nothing can be revoked") }
        held.append(receipt)
        let answer = try await broker.asAdministrator { (client) throws(ClientError) in
            try await client.introspect(IntrospectionForm(token: text))
        }
        guard case .success(let state) = answer, !state.active else {
            return violate(seconds, "a revoked token is said to be \(answer)")
        }
    }

    /// No key begins or ends by a wrong clock.
    private mutating func rotate(_ seconds: Int64) async throws(ChaosFault) {
        let answer = try await broker.asAdministrator { (client) throws(ClientError) in
            try await client.rotate(RotationBody(kind: "token-keys"))
        }
        if case .failure(.problem(let problem)) = answer, problem.detail?.contains("clock") == true { return }
        violate(seconds, "a rotation was answered \(answer)")
    }

    /// The log is ahead of the right time: nothing is issued until the operator says that this clock is right.
    private mutating func acceptClock(_ seconds: Int64) async throws(ChaosFault) {
        let hearings = Hearings()
        broker.end()
        broker = try await ChaosBroker.start(place)
        let load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
        let heard = try await load.ask()
        if case .yes = heard { violate(seconds, "a token was issued by a clock behind the log") }
        await load.shutdown()
        broker.end()
        let doctor = try await place.doctor("--accept-clock")
        if doctor.status != 0 || !doctor.said.contains("clock.reset") {
            violate(seconds, "doctor --accept-clock ended with \(doctor.status): \(doctor.said)")
        }
        let second = try await place.doctor("--accept-clock")
        if second.status == 0 { violate(seconds, "a clock was accepted twice: \(second.said)") }
        broker = try await ChaosBroker.start(place)
    }

    private mutating func violate(_ seconds: Int64, _ what: String) {
        outcome.violations.append("clock moved by \(seconds) s: \(what)")
    }
}
