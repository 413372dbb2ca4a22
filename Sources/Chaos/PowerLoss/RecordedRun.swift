internal import Glibc
internal import TenureAPI

/// A real broker's life, recorded: what was on its disk before, and each write, sync and answer since.
struct RecordedRun: Sendable {
    let place: BrokerPlace
    let verifierKey: String
    let initial: [String: [UInt8]]
    let records: [JournalRecord]

    /// How much is recorded.
    struct Extent: Sendable {
        /// Tokens in each of the three lives: ended well, killed, killed.
        var tokensPerLife: Int
        var clients: Int
        /// Whether one sync fails in each life: what it was to cover is then never certainly on disk.
        var failsSyncs = false
    }

    /// Founds an installation, and records it while clients ask for tokens and some are revoked, over two restarts.
    static func record(_ extent: Extent, in run: ChaosRun, name: String) async throws(ChaosFault) -> RecordedRun {
        let place = try BrokerPlace(name, in: run)
        let founding = try await ChaosBroker.start(place)
        founding.end()
        let initial = try place.content()
        let journal = try Journal(path: place.file("journal"))
        for signal in [SIGTERM, SIGKILL, SIGKILL] {
            try await live(place, journal, extent, endingBy: signal)
        }
        return RecordedRun(
            place: place, verifierKey: founding.ready.auditVkey, initial: initial, records: try journal.records())
    }

    private static func live(
        _ place: BrokerPlace, _ journal: Journal, _ extent: Extent, endingBy signal: Int32
    ) async throws(ChaosFault) {
        let broker = try await ChaosBroker.start(place, journal: journal)
        let hearings = Hearings()
        let load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings, journal: journal)
        for part in 1...2 {
            if extent.failsSyncs, part == 2 {
                try place.control.fail(.sync, after: 1, forEver: false)
            }
            let enough = extent.tokensPerLife * part / 2
            try await load.run(clients: extent.clients) { _, count in count >= enough }
            guard let victim = hearings.given.last else { throw ChaosFault("no token was issued: \(hearings.all)") }
            try journal.append(.received(0, try await broker.revoke(victim)))
        }
        broker.end(signal)
        await load.shutdown()
        if let wrong = hearings.wrong.first { throw ChaosFault(wrong) }
    }

    /// What clients held when the first `count` records were made.
    func answers(upTo count: Int) -> [GivenAnswer] {
        records.prefix(count).compactMap { if case .note(.received(_, let answer)) = $0.event { answer } else { nil } }
    }
}
