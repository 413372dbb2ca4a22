internal import Foundation
internal import Glibc
internal import TenureAPI
internal import TenureClient

/// One broker whose disk fills up: issuing is refused at once and says why, an offboarding still commits, and all goes
/// on once there is room (THREATS, F4).
struct FullDiskRound: Sendable {
    private static let mebibyte: Int64 = 1 << 20
    /// How often something is looked at that the broker does within a second or two.
    private static let triesMax = 500

    /// What was found, and how long things took.
    struct Findings: Sendable {
        var outcome = RoundOutcome()
        /// From when the disk was full until the offboarding was acknowledged.
        var killSeconds = 0.0
        /// From when there was room until a token was issued.
        var recoverySeconds = 0.0
    }

    private let place: BrokerPlace
    private let broker: ChaosBroker
    private let load: IssuingLoad
    private let hearings = Hearings()

    private init(in run: ChaosRun, name: String) async throws(ChaosFault) {
        place = try BrokerPlace(name, in: run)
        try place.control.limitDisk(freeBytes: 600 * Self.mebibyte)
        broker = try await ChaosBroker.start(place)
        load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
    }

    static func run(in run: ChaosRun, name: String) async throws(ChaosFault) -> Findings {
        let round = try await FullDiskRound(in: run, name: name)
        let findings = try await round.fill()
        await round.load.shutdown()
        return findings
    }

    private func fill() async throws(ChaosFault) -> Findings {
        var findings = Findings()
        let clock = ContinuousClock()
        var held: [GivenAnswer] = []
        guard try await eventually({ ballast }) else { throw ChaosFault("no ballast was made") }
        try await load.run(clients: 4) { _, count in count >= 20 }

        // Nearly full: nothing more is issued, and the answer says why.
        try place.control.limitDisk(freeBytes: 200 * Self.mebibyte)
        let isRefused = try await eventuallyAsked { if case .no = $0 { true } else { false } }
        let detail = hearings.refusals.last?.detail ?? ""
        if !isRefused || !detail.contains("disk") {
            findings.outcome.violations.append("a disk that is nearly full: \(detail)")
        }
        findings.outcome.count("disk_nearly_full")

        // Full: the ballast goes, and with it the offboarding commits.
        try place.control.limitDisk(freeBytes: 0)
        let full = clock.now
        let isKilled = try await eventually { () async throws(ChaosFault) in
            guard let answer = try await offboard() else { return false }
            held.append(answer)
            return true
        }
        findings.killSeconds = Self.seconds(clock.now - full)
        if !isKilled { findings.outcome.violations.append("no offboarding commits on a full disk") }
        if case .yes = try await load.ask() { findings.outcome.violations.append("a full disk, and a token is issued") }
        if try await eventually({ !ballast }) == false {
            findings.outcome.violations.append("the ballast was not given up")
        }
        findings.outcome.count("disk_full")

        try place.control.limitDisk(freeBytes: 2_000 * Self.mebibyte)
        let room = clock.now
        if try await !eventuallyAsked({ if case .yes = $0 { true } else { false } }) {
            findings.outcome.violations.append("there is room, and nothing is issued: \(hearings.refusals.last as Any)")
        }
        findings.recoverySeconds = Self.seconds(clock.now - room)
        if try await !eventually({ ballast }) { findings.outcome.violations.append("no ballast was made again") }
        try await limitFileSize(&findings.outcome)

        broker.end()
        held += hearings.given
        findings.outcome.acknowledged = held.count
        findings.outcome.violations += hearings.wrong
        findings.outcome.violations += try await LogOracle(verifierKey: broker.ready.auditVkey)
            .violations(in: place.dataFolder, holding: held)
        return findings
    }

    /// A file that may not grow raises a signal, which must not end the broker.
    private func limitFileSize(_ outcome: inout RoundOutcome) async throws(ChaosFault) {
        try await limitFileSize("16384:unlimited")
        try await load.run(clients: 4) { _, count in count % 40 == 0 }
        if !broker.isRunning { outcome.violations.append("a file that may not grow ended the broker") }
        try await limitFileSize("unlimited:unlimited")
        if try await !eventuallyAsked({ if case .yes = $0 { true } else { false } }) {
            outcome.violations.append("files may grow again, and nothing is issued: \(hearings.refusals.last as Any)")
        }
        outcome.count("file_size_limited")
    }

    private func limitFileSize(_ limits: String) async throws(ChaosFault) {
        try await ChaosBroker.runTool(
            "prlimit", ["--pid", String(broker.ready.pid), "--fsize=" + limits], log: place.log)
    }

    private var ballast: Bool { FileManager.default.fileExists(atPath: place.dataFolder + "/ballast") }

    private func offboard() async throws(ChaosFault) -> GivenAnswer? {
        let result = try await broker.asAdministrator { (client) throws(ClientError) in
            try await client.offboard(OffboardingBody(target: "workload/assistant"))
        }
        guard case .success(let answer) = result, let id = answer.id, let index = answer.auditIndex else { return nil }
        return GivenAnswer(kind: .offboarding, id: id, index: index, note: answer.checkpoint?.note)
    }

    private func eventuallyAsked(_ isThat: (Heard) -> Bool) async throws(ChaosFault) -> Bool {
        try await eventually { () async throws(ChaosFault) in
            let heard = try await load.ask()
            hearings.add(heard)
            return isThat(heard)
        }
    }

    private func eventually(_ isSo: () async throws(ChaosFault) -> Bool) async throws(ChaosFault) -> Bool {
        for _ in 0..<Self.triesMax {
            if try await isSo() { return true }
            try await ChaosBroker.pause(milliseconds: 20)
        }
        return false
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
