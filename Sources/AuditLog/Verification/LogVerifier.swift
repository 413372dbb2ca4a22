internal import TenureModel

/// Verifies a log offline, leaf by leaf, against signed checkpoints and with the public key alone (P5).
///
/// Feed all checkpoints that are known, also those that others held, then all entries in the order of the store, then
/// ask for the report. Memory does not grow with the log, but for findings and checkpoints.
package struct LogVerifier: Sendable {
    package static let findingsMax = 1000

    private let key: VerifierKey
    private let origin: String?
    /// The index of the next entry, and so the size up to here.
    package private(set) var size: Int64 = 0
    /// Over the hashes of the bodies.
    private var computed = Frontier()
    /// Over the stored leaf hashes, from the first that differs on.
    private var stored: Frontier?
    private var mismatches: [Int64] = []
    /// From here on no place is right, so no root can be.
    private var hasGap = false
    private var isRewritten = false
    private var lastTime: Timestamp?
    private var checkpoints: [Int64: [UInt8]] = [:]
    private var checkpointCount = 0
    private var attestedSize: Int64 = 0
    private var findings: [LogFinding] = []
    private var findingCount = 0
    private var clockResets: [ClockReset] = []

    /// - Parameter origin: that of the log, where it is not the key's name.
    package init(key: VerifierKey, origin: String? = nil) {
        self.key = key
        self.origin = origin
    }

    /// Adds a signed checkpoint. One of a size that was already passed can no longer be compared: give it before the
    /// entries.
    package mutating func add(checkpoint note: String) {
        guard let checkpoint = verified(note) else { return }
        let isNew = remember(checkpoint)
        if isNew, checkpoint.size < size { report(.beyondCheckpoint(from: checkpoint.size, upTo: size)) }
    }

    /// Adds the checkpoint that ends an export, whose size must be the one that was reached.
    mutating func end(checkpoint note: String) {
        guard let checkpoint = verified(note) else { return }
        _ = remember(checkpoint)
        if checkpoint.size < size { report(.beyondCheckpoint(from: checkpoint.size, upTo: size)) }
    }

    /// Feeds the next entry.
    ///
    /// - Parameter leafHash: as it is stored; nil in an export, which has none.
    package mutating func feed(index: Int64, body: [UInt8], leafHash: [UInt8]? = nil) {
        guard place(index) else { return }
        readTime(of: body, at: index)
        let hash = EntryEncoding.leafHash(of: body)
        if let leafHash, leafHash != hash {
            mismatches.append(index)
            if mismatches.count > Self.findingsMax { settleMismatches { .leafMismatch(index: $0) } }
            if stored == nil { stored = computed }
            stored?.append(leafHash: leafHash.count == 32 ? leafHash : hash)
        } else {
            stored?.append(leafHash: hash)
        }
        computed.append(leafHash: hash)
        size += 1
        compareRoots()
    }

    /// Ends the log.
    package mutating func finish() -> LogReport {
        settleMismatches { .leafMismatch(index: $0) }
        // defence: T39
        if let last = checkpoints.keys.max(), last > size { report(.truncated(size: size, checkpoint: last)) }
        return LogReport(
            size: size, root: computed.root, attestedSize: attestedSize, findings: findings,
            findingCount: findingCount, clockResets: clockResets)
    }

    /// Reports what whoever reads the entries found wrong with them.
    mutating func report(_ finding: LogFinding) {
        findingCount += 1
        if findings.count < Self.findingsMax { findings.append(finding) }
    }

    private mutating func verified(_ note: String) -> Checkpoint? {
        let place = checkpointCount
        checkpointCount += 1
        do throws(NoteError) {
            return try Checkpoint(note: note, key: key, origin: origin)
        } catch {
            report(.badCheckpoint(place: place, error))
            return nil
        }
    }

    /// Whether it is the first of its size.
    private mutating func remember(_ checkpoint: Checkpoint) -> Bool {
        if let known = checkpoints[checkpoint.size] {
            // defence: T39
            if known != checkpoint.root { report(.conflictingRoots(size: checkpoint.size)) }
            return false
        }
        checkpoints[checkpoint.size] = checkpoint.root
        if checkpoint.size == size { compareRoots() }
        return true
    }

    /// Whether the entry is the next one, or the next after a gap; else it stands in the wrong place.
    private mutating func place(_ index: Int64) -> Bool {
        guard index >= size, index < Frontier.sizeMax else {
            report(.outOfOrder(expected: size, found: index))
            return false
        }
        if index > size {
            // defence: T39
            report(.missing(from: size, upTo: index))
            hasGap = true
            size = index
        }
        return true
    }

    private mutating func readTime(of body: [UInt8], at index: Int64) {
        let entry: AuditEntry
        do throws(EntryDecodingError) {
            entry = try EntryEncoding.decode(body)
        } catch {
            report(.undecodable(index: index, error))
            return
        }
        if entry.act == .clockReset {
            if clockResets.count < Self.findingsMax {
                clockResets.append(ClockReset(index: index, from: lastTime ?? entry.at, to: entry.at))
            }
        } else if let lastTime, entry.at < lastTime {
            report(.timeFell(index: index))
        }
        lastTime = entry.at
    }

    /// Compares both roots with the checkpoint of this size, if there is one.
    private mutating func compareRoots() {
        guard let root = checkpoints[size], !hasGap, !isRewritten else { return }
        if computed.root == root {
            settleMismatches { .leafHashChanged(index: $0) }
        } else if let stored, stored.root == root {
            settleMismatches { .bodyChanged(index: $0) }
            computed = stored
        } else {
            settleMismatches { .leafMismatch(index: $0) }
            // defence: T39
            report(.rewritten(from: attestedSize, upTo: size))
            isRewritten = true
            return
        }
        stored = nil
        attestedSize = size
    }

    private mutating func settleMismatches(_ finding: (Int64) -> LogFinding) {
        for index in mismatches { report(finding(index)) }
        mismatches = []
    }
}
