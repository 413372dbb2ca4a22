internal import AuditLog
internal import Storage
package import TenureAPI
internal import TenureModel

extension FeedReader.Message {
    /// One event of the wire.
    package enum Line: Sendable {
        /// `name` is `mark` or `key`.
        case event(index: Int64, name: String, FeedEventAnswer)
        case head(FeedHeadAnswer)
    }

    /// The message as it is sent (FORMATS, section 3).
    package var lines: [Line] {
        switch self {
        case .heartbeat(let beat): [.head(FeedHeadAnswer(beat))]
        case .events(let events): events.map { .event(index: $0.index, name: $0.name, FeedEventAnswer($0)) }
        }
    }
}

extension FeedEvent {
    fileprivate var name: String {
        switch body {
        case .mark: "mark"
        case .key: "key"
        }
    }
}

extension ReferenceNumberAnswer {
    fileprivate init(_ reference: LineageReference) {
        self = reference.kind.isIndexed ? .index(reference.number) : .hash(reference.hexText)
    }
}

extension FeedEventAnswer {
    fileprivate init(_ event: FeedEvent) {
        switch event.body {
        case .key: self.init(prev: event.previous, at: event.at.description)
        case .mark(let reference, let reason):
            self.init(
                prev: event.previous, kind: reference.kind.rawValue, number: ReferenceNumberAnswer(reference),
                cut: event.index, reason: reason.rawValue, at: event.at.description)
        }
    }
}

extension FeedHeadAnswer {
    fileprivate init(_ beat: FeedHeartbeat) {
        self.init(
            head: beat.head, last: beat.last, at: beat.at.description, checkpoint: CheckpointAnswer(beat.checkpoint))
    }
}

extension CutoffsAnswer {
    /// The cuts as they are answered.
    package init(_ cutoffs: Cutoffs) {
        self.init(
            marks: cutoffs.marks.map {
                Mark(kind: $0.reference.kind.rawValue, number: ReferenceNumberAnswer($0.reference), cut: $0.cutIndex)
            },
            logs: cutoffs.logs.map { Log(log: $0.log.text, start: $0.start, end: $0.end) }, head: cutoffs.head,
            last: cutoffs.last,
            checkpoint: CheckpointAnswer(cutoffs.checkpoint))
    }
}
