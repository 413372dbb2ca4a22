package import TenureModel

/// Where a reference's mark is looked up: in a snapshot, or in what a verifier has from the feed. Nil where the object
/// never changed.
package typealias MarkLookup = (LineageReference) -> Mark?

/// One log whose indexes credentials may carry: `logs` of `/cutoffs`.
package struct LogSpan: Hashable, Sendable {
    package let log: LogID
    package let start: Int64
    /// The first index that the log does not have; nil of the log that goes on.
    package let end: Int64?

    package init(log: LogID, start: Int64, end: Int64?) {
        self.log = log
        self.start = start
        self.end = end
    }
}

/// Why a credential is dead before its end (FORMATS, section 3, *Dead*).
package enum LineageDeath: Hashable, Sendable {
    /// Something that it hangs on was cut.
    case mark(Mark)
    /// It names a log that is none of the broker's.
    case foreignLog(LogID)
    /// It claims a place that its log does not have.
    case beyondEnd(Int64)

    /// Judges one credential; nil while it lives.
    ///
    /// - Parameters:
    ///   - references: all that it hangs on; `k` of the key that verified it, `s` of the certificate's own key.
    ///   - position: the index of a token or a session, the floor of a certificate.
    package static func judge(
        _ references: [LineageReference], position: Int64, log: LogID, logs: [LogSpan], marks: MarkLookup
    ) -> LineageDeath? {
        guard let span = logs.first(where: { $0.log == log }) else { return .foreignLog(log) }
        if let end = span.end, position >= end { return .beyondEnd(end) }
        return judge(references, position: position, marks: marks)
    }

    /// Judges by marks alone, for a credential of which the broker knows that it is its own.
    package static func judge(
        _ references: [LineageReference], position: Int64, marks: MarkLookup
    ) -> LineageDeath? {
        for reference in references {
            if let mark = marks(reference), mark.kills(since: position) { return .mark(mark) }
        }
        return nil
    }
}
