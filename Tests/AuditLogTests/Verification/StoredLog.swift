internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel

/// A small log as storage keeps it: indexes, bodies, leaf hashes, and signed checkpoints.
struct StoredLog {
    struct Entry {
        var index: Int64
        var body: [UInt8]
        var leafHash: [UInt8]
    }

    let signer: NoteSigner
    var entries: [Entry] = []
    var checkpoints: [String] = []

    /// A log of `count` entries with checkpoints at the given sizes.
    init(count: Int, checkpointsAt sizes: [Int]) throws {
        signer = try NoteSigner(name: "example.org/tenure/9f3a01bc", key: PrivateKey.generate(.ed25519))
        var frontier = Frontier()
        for number in 0..<count {
            if sizes.contains(number) { try sign(frontier) }
            let body = try Self.body(number)
            entries.append(Entry(index: Int64(number), body: body, leafHash: EntryEncoding.leafHash(of: body)))
            frontier.append(leafHash: EntryEncoding.leafHash(of: body))
        }
        if sizes.contains(count) { try sign(frontier) }
    }

    static func body(_ number: Int, act: Act = .tokenIssue, object: String = "crd") throws -> [UInt8] {
        try EntryEncoding.encode(
            AuditEntry(
                at: Timestamp(clampingMilliseconds: 1_795_442_400_000 + Int64(number)), act: act, actor: .broker,
                object: object + String(number), source: nil))
    }

    private mutating func sign(_ frontier: Frontier) throws {
        checkpoints.append(try signer.checkpoint(size: frontier.size, root: frontier.root).note)
    }

    func report(checkpoints: [String]? = nil) -> LogReport {
        var verifier = LogVerifier(key: signer.verifierKey)
        for note in checkpoints ?? self.checkpoints { verifier.add(checkpoint: note) }
        for entry in entries { verifier.feed(index: entry.index, body: entry.body, leafHash: entry.leafHash) }
        return verifier.finish()
    }

    /// The lines of its export, without newlines.
    func export() throws -> [[UInt8]] {
        var lines: [LogExport.Line] = [.head(origin: signer.verifierKey.name, verifierKey: signer.verifierKey.text)]
        for entry in entries { lines.append(.entry(index: entry.index, body: entry.body)) }
        if let last = checkpoints.last { lines.append(.checkpoint(note: last)) }
        return try lines.map { Array(try LogExport.encode($0).dropLast()) }
    }

    func report(export lines: [[UInt8]], checkpoints: [String] = []) -> LogReport {
        var verifier = LogExportVerifier(key: signer.verifierKey, checkpoints: checkpoints)
        for line in lines { verifier.feed(line: line) }
        return verifier.finish()
    }
}

extension LogFinding {
    /// Whether the finding points at this entry: by its index, or by a range that holds it.
    func names(_ index: Int64) -> Bool {
        switch self {
        case .bodyChanged(let found), .leafHashChanged(let found), .leafMismatch(let found), .timeFell(let found),
            .undecodable(let found, _), .unreadableLine(_, let found):
            found == index
        case .missing(let from, let upTo), .rewritten(let from, let upTo): from <= index && index < upTo
        case .outOfOrder(let expected, let found): expected == index || found == index
        case .truncated(let size, let checkpoint): size <= index && index < checkpoint
        case .beyondCheckpoint(let from, let upTo): from <= index && index < upTo
        case .badCheckpoint, .conflictingRoots, .otherLog, .unfinished: false
        }
    }
}
