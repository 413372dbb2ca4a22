package import TenureModel

/// What is wrong with a log, and where (P5).
package enum LogFinding: Hashable, Sendable {
    /// The body of this entry was changed: the stored leaf hash is the one under a signed checkpoint.
    case bodyChanged(index: Int64)
    /// The stored leaf hash of this entry was changed: its body is the one under a signed checkpoint.
    case leafHashChanged(index: Int64)
    /// Body and leaf hash of this entry do not fit, and no checkpoint says which of them is right.
    case leafMismatch(index: Int64)
    /// The body of this entry is none that Tenure writes.
    case undecodable(index: Int64, EntryDecodingError)
    /// Entries from the first of these indexes up to, not including, the second are not there.
    case missing(from: Int64, upTo: Int64)
    /// An entry came again or in the wrong place.
    case outOfOrder(expected: Int64, found: Int64)
    /// The entry's time lies before that of the one before it, without a `clock.reset`.
    case timeFell(index: Int64)
    /// Something in this range was changed, inserted or moved together with its leaf hash: the first number is the size
    /// of the last checkpoint that matches, the second that of the first one that does not.
    case rewritten(from: Int64, upTo: Int64)
    /// The log ends before a checkpoint that was signed.
    case truncated(size: Int64, checkpoint: Int64)
    /// A checkpoint, by its place among those given, is not believed.
    case badCheckpoint(place: Int, NoteError)
    /// Two different roots of one size are signed: there were two logs.
    case conflictingRoots(size: Int64)
    /// An export goes on beyond the checkpoint that ends it.
    case beyondCheckpoint(from: Int64, upTo: Int64)
    /// A line of an export, counted from 1, is none; the entry that was expected there.
    case unreadableLine(line: Int, index: Int64)
    /// The first line of an export is not its head, or names another origin or key than the one that verifies.
    case otherLog
    /// An export has no checkpoint at its end.
    case unfinished
}

/// Where an operator said that the clock had been ahead: the one place at which the times of a log fall.
package struct ClockReset: Hashable, Sendable {
    package let index: Int64
    /// The time of the entry before.
    package let from: Timestamp
    /// The time that was right.
    package let to: Timestamp
}

/// What verification of a whole log found.
package struct LogReport: Hashable, Sendable {
    /// How many entries there are.
    package let size: Int64
    /// The root over their bodies: 32 bytes.
    package let root: [UInt8]
    /// How far the log is attested: the size of the largest checkpoint that matches; 0 without one. Beyond it nobody
    /// can tell whether entries were cut off.
    package let attestedSize: Int64
    /// The first findings, at most `LogVerifier.findingsMax`, in the order in which they were met.
    package let findings: [LogFinding]
    /// How many findings there were.
    package let findingCount: Int
    /// The first of them, at most `LogVerifier.findingsMax`. They are no findings: an operator said so.
    package let clockResets: [ClockReset]

    /// Nothing was found, up to `attestedSize` by signature and from there by the entries alone.
    package var isWhole: Bool { findingCount == 0 }
}
