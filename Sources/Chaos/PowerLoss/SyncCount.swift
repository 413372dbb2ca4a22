/// Counts syncs against answers in a journal: each answer must have had a commit of its own time, written and synced
/// between the request and the answer.
struct SyncCount: Sendable {
    private(set) var answers = 0
    /// Transactions that were written to SQLite's log.
    private(set) var commits = 0
    /// Syncs of that log which ended well.
    private(set) var syncs = 0
    /// Answers that came though no commit since their request was synced.
    private(set) var unsynced: [GivenAnswer] = []

    private static let log = "tenure.db-wal"
    /// SQLite's log has a head, then frames of a head and a page each.
    private static let logHeadBytes = 32
    private static let frameHeadBytes = 24
    private static let pageBytes = 4_096

    init(_ records: [JournalRecord]) {
        var sent: [Int: Int] = [:]
        // Where the commit was written that the newest ended sync covers, and those of syncs that have not ended.
        var covered = -1
        var written = -1
        var begun: [Int64: Int] = [:]
        for (place, record) in records.enumerated() {
            switch record.event {
            case .note(.sent(let number)): sent[number] = place
            case .note(.received(let number, let answer)):
                guard let start = sent.removeValue(forKey: number) else { continue }
                answers += 1
                if covered < start { unsynced.append(answer) }
            case .write(let offset, let bytes) where record.path == Self.log && Self.isCommit(offset, bytes):
                commits += 1
                written = place
            case .syncBegin(let number) where record.path == Self.log: begun[number] = written
            case .syncEnd(let number):
                guard let commit = begun.removeValue(forKey: number) else { continue }
                syncs += 1
                covered = max(covered, commit)
            default: continue
            }
        }
    }

    /// The head of a transaction's last frame says how many pages the database has; of any other frame it says 0.
    private static func isCommit(_ offset: Int, _ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count == frameHeadBytes, (offset - logHeadBytes) % (frameHeadBytes + pageBytes) == 0 else {
            return false
        }
        return bytes.dropFirst(4).prefix(4).contains { $0 != 0 }
    }
}
