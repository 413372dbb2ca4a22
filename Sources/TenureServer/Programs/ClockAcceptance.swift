internal import AuditLog
internal import OpenSSLCrypto
internal import Storage
internal import TenureAPI
internal import TenureModel

/// The machine's clock against the last entry of the log, looked at while no server runs.
///
/// After a clock that was ahead, the log is ahead of the right time and nothing may be issued. That the clock is right
/// now is for a person to say: it becomes an entry, from which the times of entries go on (THREATS, section 3).
struct ClockAcceptance: Sendable {
    let recorder: Recorder
    let behindSecondsMax: Int64

    /// Says that the clock is not behind the log.
    ///
    /// - Throws: `StartFailure` where it is, with what to do.
    func check() throws(StartFailure) -> String {
        let (now, last) = times
        guard isBehind(now, last) else { return "the last entry was made at \(last.secondsText)" }
        throw StartFailure(
            .fault,
            "it says \(now.secondsText), and the last entry was made at \(last.secondsText), so nothing is issued: set"
                + " it right; where it is right now and was ahead then, run `tenured doctor --accept-clock`")
    }

    /// Writes the entry `clock.reset`.
    ///
    /// - Throws: `StartFailure` where the clock is not behind the log, and nothing was written then.
    func accept() async throws(StartFailure) -> String {
        let (now, last) = times
        guard isBehind(now, last) else {
            throw StartFailure(
                .conflict,
                "it says \(now.secondsText), and the last entry was made at \(last.secondsText): there is nothing"
                    + " to accept"
            )
        }
        let member = try member(from: last, to: now)
        let recorder = recorder
        let result = await withTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            let result = await recorder.record(member)
            recorder.stop()
            return result
        }
        switch result {
        case .failure(let error): throw StartFailure(.unavailable, "clock.reset could not be recorded: \(error)")
        case .success(let recorded):
            return
                "clock.reset is entry \(recorded.firstIndex): from \(last.secondsText) to \(now.secondsText). What was"
                + " issued while the clock was ahead ends by that clock: revoke what must not live so long"
        }
    }

    private var times: (now: Timestamp, last: Timestamp) { (SystemClock.now(), recorder.head.lastTime) }

    private func isBehind(_ now: Timestamp, _ last: Timestamp) -> Bool {
        now.adding(seconds: behindSecondsMax) < last
    }

    private func member(from last: Timestamp, to now: Timestamp) throws(StartFailure) -> RecordingMember {
        let operation: OperationID
        do throws(CryptoError) {
            operation = OperationID(at: now, random: try SecureRandom.bytes(10))
        } catch {
            throw StartFailure(.fault, "no randomness: \(error)")
        }
        let entry = AuditEntry(
            at: now, act: .clockReset, actor: .broker, object: nil, source: nil,
            details: [.init("from", .text(last.secondsText))])
        return RecordingMember(
            operation: OperationRecord(
                id: operation, act: .clockReset, identity: nil, idempotencyKey: nil,
                requestHash: SHA256.hash([UInt8]()), object: nil),
            floor: recorder.head.size, references: [], entries: [PendingEntry(entry: entry)])
    }
}
