/// The number of a reference: an integer where it is the audit index of an entry, sixteen lower-case hexadecimal digits
/// where it is a hash (FORMATS, section 3).
package enum ReferenceNumberAnswer: Codable, Hashable, Sendable {
    case index(Int64)
    case hash(String)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = .index(try container.decode(Int64.self))
        } catch is DecodingError {
            self = .hash(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .index(let number): try container.encode(number)
        case .hash(let digits): try container.encode(digits)
        }
    }
}

/// Data of `event: mark` and `event: key` of `GET /events` (FORMATS, section 3). The event's `id` is the index of its
/// entry.
package struct FeedEventAnswer: Codable, Hashable, Sendable {
    /// The index of the event before it; −1 for the first. Whoever has another one missed something.
    package var prev: Int64
    /// The letter of the reference; nil of a change of keys, as all that follows but `at`.
    package var kind: String?
    package var number: ReferenceNumberAnswer?
    /// What hangs on the reference and was issued at or below this index is dead.
    package var cut: Int64?
    /// Why it was cut.
    package var reason: String?
    /// RFC 3339, in UTC.
    package var at: String

    package init(
        prev: Int64, kind: String? = nil, number: ReferenceNumberAnswer? = nil, cut: Int64? = nil,
        reason: String? = nil, at: String
    ) {
        self.prev = prev
        self.kind = kind
        self.number = number
        self.cut = cut
        self.reason = reason
        self.at = at
    }
}

/// Data of `event: head` of `GET /events`, sent each second.
package struct FeedHeadAnswer: Codable, Hashable, Sendable {
    /// How many entries the log had when the node read it.
    package var head: Int64
    /// The last event of the feed then; −1 before the first.
    package var last: Int64
    /// When the node began to read both from the database.
    package var at: String
    package var checkpoint: CheckpointAnswer

    package init(head: Int64, last: Int64, at: String, checkpoint: CheckpointAnswer) {
        self.head = head
        self.last = last
        self.at = at
        self.checkpoint = checkpoint
    }
}

/// Answer of `GET /cutoffs`: where a verifier starts.
package struct CutoffsAnswer: Codable, Hashable, Sendable {
    /// One reference that was cut.
    package struct Mark: Codable, Hashable, Sendable {
        /// The letter of the reference.
        package var kind: String
        package var number: ReferenceNumberAnswer
        package var cut: Int64

        package init(kind: String, number: ReferenceNumberAnswer, cut: Int64) {
            self.kind = kind
            self.number = number
            self.cut = cut
        }
    }

    /// One log of the installation; a restore ends one and begins the next.
    package struct Log: Codable, Hashable, Sendable {
        /// Eight hexadecimal digits, as `l` of a credential's lineage.
        package var log: String
        package var start: Int64
        /// What claims an index at or above it in this log is dead; nil of the log that goes on.
        package var end: Int64?

        package init(log: String, start: Int64, end: Int64? = nil) {
            self.log = log
            self.start = start
            self.end = end
        }
    }

    /// Every cut that can still matter.
    package var marks: [Mark]
    package var logs: [Log]
    package var head: Int64
    /// The last event of the feed that is in `marks`; `since` for `GET /events`.
    package var last: Int64
    package var checkpoint: CheckpointAnswer

    package init(marks: [Mark], logs: [Log], head: Int64, last: Int64, checkpoint: CheckpointAnswer) {
        self.marks = marks
        self.logs = logs
        self.head = head
        self.last = last
        self.checkpoint = checkpoint
    }
}
