package import AuditLog
package import Storage
internal import TenureModel

/// The logs of an installation, one after another: a restore ends one and begins the next at the same index (DESIGN,
/// section 6; FORMATS, section 3). Where each begins stands in the log itself, in the entry that made its audit key.
package struct LogHistory: Sendable {
    /// Where an entry names the origin of the log that it begins.
    static let originKey = "origin"

    /// The first: the installation is called by it for ever in what its keys are wrapped with.
    package let first: LogOrigin
    /// The one that goes on.
    package private(set) var current: LogOrigin
    /// Those that ended, in order.
    package private(set) var ended: [LogSpan] = []
    private var start: Int64 = 0

    init(first: LogOrigin) {
        self.first = first
        current = first
    }

    /// All of them: what credentials may name, and up to where.
    package var spans: [LogSpan] { ended + [LogSpan(log: current.logID, start: start, end: nil)] }

    mutating func add(_ origin: LogOrigin, from index: Int64) {
        ended.append(LogSpan(log: current.logID, start: start, end: index))
        current = origin
        start = index
    }

    /// Reads the logs of a migrated database.
    ///
    /// - Throws: `notFounded` where the log is empty; `damaged` where an entry does not say what it must.
    package static func read(_ engine: any SQLEngine) async throws(InstallationError) -> LogHistory {
        let ledger = Ledger(engine, origin: "")
        let entries: [LogEntry]
        do throws(StorageError) {
            var indexes = try await ledger.entriesMaking(.auditCheckpoint)
            // The first entry of all names the first origin, whatever key it made.
            if indexes.isEmpty { indexes = [0] } else { indexes[0] = 0 }
            var found: [LogEntry] = []
            for index in indexes { if let entry = try await ledger.entry(index) { found.append(entry) } }
            entries = found
        } catch {
            throw .storage(error)
        }
        guard let first = entries.first else { throw .notFounded }
        guard let origin = try origin(in: first) else { throw .damaged("the first entry of the log") }
        var history = LogHistory(first: origin)
        for entry in entries.dropFirst() {
            // A key that was merely rotated begins no log.
            if let origin = try Self.origin(in: entry) { history.add(origin, from: entry.index) }
        }
        return history
    }

    private static func origin(in entry: LogEntry) throws(InstallationError) -> LogOrigin? {
        let decoded: AuditEntry
        do throws(EntryDecodingError) {
            decoded = try EntryEncoding.decode(entry.body)
        } catch {
            throw .damaged("entry \(entry.index) of the log")
        }
        guard case .text(let text)? = decoded.details.first(where: { $0.key == originKey })?.value else { return nil }
        guard let origin = LogOrigin(text) else { throw .damaged("entry \(entry.index) of the log") }
        return origin
    }
}
