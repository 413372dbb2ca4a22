internal import Foundation
internal import Glibc
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import Storage
internal import TenureAPI

/// A PostgreSQL under a broker, recorded and then reopened after the power went at some point of it (THREATS, F3): what
/// the broker acknowledged rests on what the server had synced when it answered COMMIT.
struct ServerPowerLoss: Sendable {
    private static let schema = "power"

    private let verifierKey: String
    private let initial: PostgreSQLServer.Content
    private let records: [JournalRecord]

    /// Founds an installation on a server of its own, and records that while clients ask for tokens.
    static func record(tokens: Int, clients: Int, in run: ChaosRun, name: String) async throws(ChaosFault) -> Self {
        let server = try await ChaosBroker.offPool("starting PostgreSQL") {
            let server = try PostgreSQLServer(preload: run.programs + "/libFaultPreload.so")
            try server.makeSchema(Self.schema)
            return server
        }
        var place = try BrokerPlace(name, in: run)
        place.role = .development(store: server.url(schema: Self.schema))
        let founding = try await ChaosBroker.start(place)
        founding.end()
        let (initial, journal) = try await ChaosBroker.offPool("recording PostgreSQL") {
            try server.halt()
            let initial = try server.content()
            let journal = try server.beginJournal()
            try server.start()
            return (initial, journal)
        }
        let broker = try await ChaosBroker.start(place)
        let hearings = Hearings()
        let load = try IssuingLoad(
            broker, token: try await broker.jobToken(), hearings: hearings, journal: Journal(appendingTo: journal))
        try await load.run(clients: clients) { _, count in count >= tokens }
        server.crash()
        broker.end(SIGKILL)
        await load.shutdown()
        if let wrong = hearings.wrong.first { throw ChaosFault(wrong) }
        let records = try Journal(appendingTo: journal).records()
        try await ChaosBroker.offPool("stopping PostgreSQL") { server.stop() }
        return ServerPowerLoss(verifierKey: founding.ready.auditVkey, initial: initial, records: records)
    }

    /// How many answers the record holds.
    var answerCount: Int { held(upTo: records.count).count }

    /// Reopens so many states, at answers, around syncs, and anywhere; a real server recovers each.
    ///
    /// - Parameter believesSyncs: false to see what would be lost if the server never synced.
    func replay(
        states: Int, believesSyncs: Bool = true, seed: UInt64
    ) async throws(ChaosFault) -> PowerLossReplay.Findings {
        var generator = SeededChoices(seed: seed)
        let oracle = try LogOracle(verifierKey: verifierKey)
        var disk = RecordedDisk(initial: initial.files)
        disk.believesSyncs = believesSyncs
        var findings = PowerLossReplay.Findings()
        var applied = 0
        for point in PowerLossReplay.points(states, in: records, using: &generator) {
            while applied < point {
                disk.apply(records[applied])
                applied += 1
            }
            let loss = RecordedDisk.Loss.allCases.randomElement(using: &generator) ?? .all
            let held = held(upTo: point)
            let left = PostgreSQLServer.Content(
                folders: initial.folders, files: disk.afterPowerLoss(loss, using: &generator))
            let name = "the server's power lost at record \(point) of \(records.count), losing \(loss)"
            findings.violations += try await reopen(left, holding: held, oracle).map { "\(name): \($0)" }
            findings.states += 1
            findings.heldCount += held.count
        }
        return findings
    }

    private func held(upTo count: Int) -> [GivenAnswer] {
        records.prefix(count).compactMap { if case .note(.received(_, let answer)) = $0.event { answer } else { nil } }
    }

    private func reopen(
        _ content: PostgreSQLServer.Content, holding held: [GivenAnswer], _ oracle: LogOracle
    ) async throws(ChaosFault) -> [String] {
        let server: PostgreSQLServer
        do throws(ChaosFault) {
            server = try await ChaosBroker.offPool("reopening") { try PostgreSQLServer(content: content) }
        } catch {
            return ["\(error)"]
        }
        let database = try await LogOracle.open(server, schema: Self.schema)
        var found: [String]
        do throws(StorageError) {
            found = try await oracle.violations(of: database, holding: held)
        } catch {
            found = ["the database cannot be used: \(error)"]
        }
        await database.close()
        try await ChaosBroker.offPool("stopping PostgreSQL") { server.stop() }
        return found
    }
}
