internal import Foundation

/// Reopens a recorded run after the power went at some point of it, again and again (THREATS, F3).
struct PowerLossReplay: Sendable {
    let run: RecordedRun
    /// False to see what would be lost if nothing was ever synced.
    var believesSyncs = true

    /// What was tried and found.
    struct Findings: Sendable {
        var states = 0
        /// Answers that clients held at the points where the power went, all states together.
        var heldCount = 0
        var violations: [String] = []
    }

    /// Replays so many states, chosen by the seed: at answers, around syncs, and anywhere.
    ///
    /// - Parameter restarts: in how many of them a real broker is started, which must serve and issue.
    func replay(states: Int, restarts: Int, seed: UInt64) async throws(ChaosFault) -> Findings {
        var generator = SeededChoices(seed: seed)
        let points = Self.points(states, in: run.records, using: &generator)
        let oracle = try LogOracle(verifierKey: run.verifierKey)
        var disk = RecordedDisk(initial: run.initial)
        disk.believesSyncs = believesSyncs
        var findings = Findings()
        var applied = 0
        for (place, point) in points.enumerated() {
            while applied < point {
                disk.apply(run.records[applied])
                applied += 1
            }
            let loss = RecordedDisk.Loss.allCases.randomElement(using: &generator) ?? .all
            let folder = run.place.file("lost-\(place)/data")
            try BrokerPlace.write(disk.afterPowerLoss(loss, using: &generator), to: folder)
            let held = run.answers(upTo: point)
            let name = "power lost at record \(point) of \(run.records.count), losing \(loss)"
            if place % max(1, states / max(1, restarts)) == 0, restarts > 0 {
                findings.violations += try await restart(in: folder, place).map { "\(name): \($0)" }
            }
            findings.violations += await oracle.violations(in: folder, holding: held).map { "\(name): \($0)" }
            findings.states += 1
            findings.heldCount += held.count
            try ChaosFault.wrap("removing \(folder)") { try FileManager.default.removeItem(atPath: folder) }
        }
        return findings
    }

    /// In the order of the journal, since the disk only goes on.
    static func points(_ count: Int, in records: [JournalRecord], using generator: inout SeededChoices) -> [Int] {
        var answers: [Int] = []
        var syncs: [Int] = []
        for (place, record) in records.enumerated() {
            switch record.event {
            case .note(.received): answers.append(place + 1)
            case .syncBegin, .syncEnd: syncs.append(place + 1)
            default: continue
            }
        }
        return (0..<count).map { place in
            let anywhere = Int.random(in: 0...records.count, using: &generator)
            return switch place % 3 {
            case 0: answers.randomElement(using: &generator) ?? anywhere
            case 1: syncs.randomElement(using: &generator) ?? anywhere
            default: anywhere
            }
        }.sorted()
    }

    /// A broker on what is left serves, and issues.
    private func restart(in folder: String, _ number: Int) async throws(ChaosFault) -> [String] {
        let place = try BrokerPlace(of: folder, beside: run.place)
        switch try await ChaosBroker.attempt(place) {
        case .ended(let status, let said): return ["tenured does not start (\(status)): \(said)"]
        case .serving(let broker):
            let hearings = Hearings()
            let load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
            try await load.run(clients: 1) { _, count in count >= 1 }
            broker.end()
            await load.shutdown()
            return hearings.given.count == 1 ? [] : ["tenured does not issue: \(hearings.all)"]
        }
    }
}
