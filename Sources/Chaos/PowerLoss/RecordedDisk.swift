/// A disk as a journal tells it: what is certainly on it, and what the system held in memory.
///
/// A sync makes durable what came before it began; a sync of a folder does so for the names in it. What was not synced
/// may be lost, kept, or kept in part by sectors, and after a failed sync it stays so whatever follows (PITFALLS,
/// section 2, *fsyncgate*).
struct RecordedDisk {
    /// What a disk writes at once.
    static let sectorBytes = 512

    /// Which unsynced changes survive.
    enum Loss: CaseIterable, Sendable {
        /// None of them.
        case all
        /// All of them.
        case none
        /// Each by itself, writes by sectors.
        case some
        /// Of each file the first ones, the last of them by sectors.
        case later
    }

    /// Whether syncs are believed. Without them the disk is that of a program which never syncs: the oracle must find
    /// what such a program loses.
    var believesSyncs = true
    private var files: [RecordedFile] = []
    /// What the process sees.
    private var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var pendingNames: [NameChange] = []
    private var fileByInode: [UInt64: Int] = [:]
    private var syncs: [Int64: Int] = [:]

    private struct NameChange {
        let folder: String
        let change: Change

        enum Change {
            case add(String, Int)
            case move(String, String, Int)
            case remove(String)
        }
    }

    /// - Parameter initial: files that are durable from the beginning, by their paths below the folder.
    init(initial: [String: [UInt8]]) {
        for (path, bytes) in initial.sorted(by: { $0.key < $1.key }) {
            names[path] = files.count
            durableNames[path] = files.count
            files.append(RecordedFile(durable: bytes))
        }
    }

    /// Goes on by one record.
    mutating func apply(_ record: JournalRecord) {
        switch record.event {
        case .write(let offset, let bytes):
            if let file = file(of: record) { files[file].change(.write(offset, Array(bytes))) }
        case .truncate(let size):
            if let file = file(of: record) { files[file].change(.truncate(size)) }
        case .create:
            fileByInode[record.inode] = files.count
            names[record.path] = files.count
            pend(record.path, .add(record.path, files.count))
            files.append(RecordedFile(durable: []))
        case .rename(let target):
            guard let file = names.removeValue(forKey: record.path) else { return }
            names[target] = file
            pend(target, .move(record.path, target, file))
        case .unlink:
            if names.removeValue(forKey: record.path) != nil { pend(record.path, .remove(record.path)) }
        case .folder, .note: return
        case .syncBegin(let number): syncs[number] = extent(of: record)
        case .syncEnd(let number): finish(number, record)
        case .syncFailed(let number):
            guard let extent = syncs.removeValue(forKey: number), let file = file(of: record) else { return }
            files[file].forget(upTo: extent)
        }
    }

    /// How much waits for a sync of the file, or of the folder.
    private mutating func extent(of record: JournalRecord) -> Int? {
        if let file = file(of: record) { return files[file].changeCount }
        return pendingNames.count
    }

    private mutating func finish(_ number: Int64, _ record: JournalRecord) {
        guard let extent = syncs.removeValue(forKey: number), believesSyncs else { return }
        if let file = file(of: record) {
            files[file].sync(upTo: extent)
            return
        }
        // Names are few, and folders are synced one after another: what waits before `extent` is still in its place.
        var left: [NameChange] = []
        for (place, pending) in pendingNames.enumerated() {
            if place < extent, pending.folder == record.path {
                Self.apply(pending.change, to: &durableNames)
            } else {
                left.append(pending)
            }
        }
        pendingNames = left
    }

    private mutating func pend(_ path: String, _ change: NameChange.Change) {
        pendingNames.append(NameChange(folder: Self.folder(of: path), change: change))
    }

    /// The file that a record is about; nil of a folder, and of what was never seen.
    private mutating func file(of record: JournalRecord) -> Int? {
        if let file = fileByInode[record.inode] { return file }
        guard let file = names[record.path] else { return nil }
        fileByInode[record.inode] = file
        return file
    }

    private static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }

    private static func apply(_ change: NameChange.Change, to names: inout [String: Int]) {
        switch change {
        case .add(let path, let file): names[path] = file
        case .move(let old, let new, let file):
            names[old] = nil
            names[new] = file
        case .remove(let path): names[path] = nil
        }
    }

    /// What is on the disk after the power went.
    func afterPowerLoss(_ loss: Loss, using generator: inout some RandomNumberGenerator) -> [String: [UInt8]] {
        var names = durableNames
        for pending in pendingNames {
            let isKept =
                switch loss {
                case .all: false
                case .none: true
                case .some, .later: Bool.random(using: &generator)
                }
            if isKept { Self.apply(pending.change, to: &names) }
        }
        var content: [String: [UInt8]] = [:]
        for (path, file) in names.sorted(by: { $0.key < $1.key }) {
            content[path] = files[file].afterPowerLoss(loss, using: &generator)
        }
        return content
    }
}

/// One file of a recorded disk.
struct RecordedFile {
    enum Change {
        case write(Int, [UInt8])
        case truncate(Int)
    }

    private struct Pending {
        let change: Change
        /// After a failed sync the system takes the pages for written: no later sync helps.
        var isForgotten = false
        var isDurable = false
    }

    private var durable: [UInt8]
    /// In their order; durable ones wait behind a forgotten one, over which they are to be laid.
    private var pending: [Pending] = []
    private var settled = 0

    init(durable: [UInt8]) { self.durable = durable }

    /// How many changes there were ever.
    var changeCount: Int { settled + pending.count }

    mutating func change(_ change: Change) { pending.append(Pending(change: change)) }

    mutating func sync(upTo count: Int) {
        for place in pending.indices where settled + place < count && !pending[place].isForgotten {
            pending[place].isDurable = true
        }
        let ready = pending.prefix { $0.isDurable }
        for change in ready { Self.apply(change.change, to: &durable) }
        settled += ready.count
        pending.removeFirst(ready.count)
    }

    mutating func forget(upTo count: Int) {
        for place in pending.indices where settled + place < count && !pending[place].isDurable {
            pending[place].isForgotten = true
        }
    }

    func afterPowerLoss(_ loss: RecordedDisk.Loss, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = durable
        let keptCount = loss == .later ? Int.random(in: 0...pending.count, using: &generator) : pending.count
        for (place, change) in pending.enumerated() {
            if change.isDurable {
                Self.apply(change.change, to: &bytes)
                continue
            }
            switch loss {
            case .all: continue
            case .none: Self.apply(change.change, to: &bytes)
            case .later where place >= keptCount: continue
            case .later where place < keptCount - 1: Self.apply(change.change, to: &bytes)
            case .some, .later: Self.tear(change.change, into: &bytes, using: &generator)
            }
        }
        return bytes
    }

    private static func apply(_ change: Change, to bytes: inout [UInt8]) {
        switch change {
        case .write(let offset, let new):
            if bytes.count < offset + new.count {
                bytes.append(contentsOf: repeatElement(0, count: offset + new.count - bytes.count))
            }
            bytes.replaceSubrange(offset..<(offset + new.count), with: new)
        case .truncate(let size):
            if bytes.count > size {
                bytes.removeLast(bytes.count - size)
            } else {
                bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
            }
        }
    }

    /// Keeps the change or not; of a write each sector by itself.
    private static func tear(
        _ change: Change, into bytes: inout [UInt8], using generator: inout some RandomNumberGenerator
    ) {
        guard case .write(let offset, let new) = change else {
            if Bool.random(using: &generator) { apply(change, to: &bytes) }
            return
        }
        var start = offset
        while start < offset + new.count {
            let sectorEnd = (start / RecordedDisk.sectorBytes + 1) * RecordedDisk.sectorBytes
            let end = min(sectorEnd, offset + new.count)
            if Bool.random(using: &generator) {
                apply(.write(start, Array(new[(start - offset)..<(end - offset)])), to: &bytes)
            }
            start = end
        }
    }
}
