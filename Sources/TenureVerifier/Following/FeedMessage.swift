package import AuditLog
internal import Foundation
internal import TenureAPI
package import TenureModel

/// One event of the feed, as FORMATS (section 3) has it.
package enum FeedMessage: Hashable, Sendable {
    /// What hangs on the reference and was issued at or below `index` is dead.
    case mark(index: Int64, previous: Int64, LineageReference)
    /// A key was published, retired or cut.
    case key(index: Int64, previous: Int64)
    /// The log as a node read it.
    case head(FeedHead)

    /// Reads an event; nil of a kind that came later than this program.
    ///
    /// - Throws: `malformed`.
    package init?(_ event: EventStreamParser.Event) throws(FeedFault) {
        switch event.name {
        case "head":
            self = .head(try FeedHead(try Self.decoded(event.data)))
        case "mark":
            let answer: FeedEventAnswer = try Self.decoded(event.data)
            guard let kind = answer.kind, let number = answer.number, let cut = answer.cut else { throw .malformed }
            let index = try Self.index(event.id)
            let reference = try LineageReference(kind: kind, number: number)
            guard cut == index, answer.prev >= -1, answer.prev < index else { throw .malformed }
            self = .mark(index: index, previous: answer.prev, reference)
        case "key":
            let answer: FeedEventAnswer = try Self.decoded(event.data)
            let index = try Self.index(event.id)
            guard answer.prev >= -1, answer.prev < index else { throw .malformed }
            self = .key(index: index, previous: answer.prev)
        default: return nil
        }
    }

    private static func index(_ text: String?) throws(FeedFault) -> Int64 {
        guard let text, let index = Int64(text), index >= 0, index < FeedHead.sizeLimit, String(index) == text else {
            throw .malformed
        }
        return index
    }

    private static func decoded<Answer: Decodable>(_ data: [UInt8]) throws(FeedFault) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(data))
        } catch {
            throw .malformed
        }
    }
}

/// A heartbeat: what a node read from the database, and when it began to.
package struct FeedHead: Hashable, Sendable {
    /// No log has more entries (FORMATS, section 3).
    static let sizeLimit: Int64 = 1 << 53

    package let size: Int64
    /// The last event of the feed then; −1 before the first.
    package let last: Int64
    package let at: Timestamp
    package let checkpoint: SeenCheckpoint

    init(_ answer: FeedHeadAnswer) throws(FeedFault) {
        let at: Timestamp
        do { at = try Timestamp(rfc3339: answer.at) } catch { throw .malformed }
        try self.init(
            size: answer.head, last: answer.last, at: at, checkpoint: try SeenCheckpoint(answer.checkpoint))
    }

    /// - Throws: `malformed` where the last event is not in the log.
    package init(size: Int64, last: Int64, at: Timestamp, checkpoint: SeenCheckpoint) throws(FeedFault) {
        guard (0..<Self.sizeLimit).contains(size), last >= -1, last < size else { throw .malformed }
        self.size = size
        self.last = last
        self.at = at
        self.checkpoint = checkpoint
    }
}

/// A signed tree head, as far as it is compared: whose log, how many entries, which root.
package struct SeenCheckpoint: Hashable, Sendable {
    package let log: LogID
    package let size: Int64
    package let root: String

    package init(log: LogID, size: Int64, root: String) {
        self.log = log
        self.size = size
        self.root = root
    }

    init(_ answer: CheckpointAnswer) throws(FeedFault) {
        guard let head = CheckpointHead(note: answer.note), head.size == answer.size, head.root == answer.root,
            let log = LogOrigin(head.origin)?.logID
        else { throw .malformed }
        self.init(log: log, size: answer.size, root: answer.root)
    }
}

extension LineageReference {
    /// A reference as the wire has it.
    init(kind letter: String, number: ReferenceNumberAnswer) throws(FeedFault) {
        guard let kind = Kind(rawValue: letter) else { throw .malformed }
        switch number {
        case .index(let index) where kind.isIndexed && (0..<FeedHead.sizeLimit).contains(index):
            self.init(kind, index)
        case .hash(let text) where !kind.isIndexed:
            guard let hash = Int64(text, radix: 16), hash >= 0 else { throw .malformed }
            self.init(kind, hash)
            guard hexText == text else { throw .malformed }
        default: throw .malformed
        }
    }
}

/// Why a feed is not believed.
package enum FeedFault: Error, Hashable, Sendable {
    /// An answer or an event that is none of the broker's.
    case malformed
    /// The event does not follow the last one that is known: something was missed.
    case missed
    /// The head of another log: an older state was restored.
    case otherLog
    /// Two trees of one size were signed.
    case rewritten
}
