internal import AuditLog
internal import TenureAPI
internal import TenureModel
internal import TenureVerifier

/// Answers and events as the broker sends them.
enum Wire {
    static let log = LogID(0x9F3A_01BC)
    /// The broker's clock at its first heartbeat; the verifier's runs from 0.
    static let start = Timestamp(clampingSeconds: 1_795_442_400)

    static func note(_ size: Int64, root: String, log: LogID = log) -> String {
        "example.org/tenure/\(log)\n\(size)\n\(root)\n\n— example.org/tenure/\(log) AAAAAA==\n"
    }

    static func checkpoint(_ size: Int64, root: String = "r", log: LogID = log) -> CheckpointAnswer {
        CheckpointAnswer(size: size, root: root, note: note(size, root: root, log: log))
    }

    static func cutoffs(
        marks: [CutoffsAnswer.Mark] = [], logs: [CutoffsAnswer.Log] = [.init(log: log.text, start: 0)],
        head: Int64 = 100, last: Int64 = 90, checkpoint: CheckpointAnswer = checkpoint(100)
    ) -> CutoffsAnswer {
        CutoffsAnswer(marks: marks, logs: logs, head: head, last: last, checkpoint: checkpoint)
    }

    static func head(
        _ size: Int64 = 100, last: Int64 = 90, after milliseconds: Int64, root: String = "r",
        checkpoint: Int64? = nil, log: LogID = log
    ) throws -> FeedHead {
        try FeedHead(
            size: size, last: last, at: start.adding(milliseconds: milliseconds),
            checkpoint: SeenCheckpoint(log: log, size: checkpoint ?? size, root: root))
    }

    static func event(_ name: String, id: String?, _ data: String) -> EventStreamParser.Event {
        .init(id: id, name: name, data: Array(data.utf8))
    }
}

/// What a call throws; nil where it throws nothing.
func thrown<Failure: Error>(_ call: () throws(Failure) -> Void) -> Failure? {
    do throws(Failure) {
        try call()
        return nil
    } catch {
        return error
    }
}
