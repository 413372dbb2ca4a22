internal import Foundation

/// What happened below a broker's folder, in the order in which it happened (Tests/FaultPreload).
struct JournalRecord: Sendable {
    enum Event: Equatable, Sendable {
        case write(offset: Int, bytes: ArraySlice<UInt8>)
        case truncate(size: Int)
        case create
        case rename(to: String)
        case unlink
        case folder
        /// A sync covers what came before its beginning, once it has ended well.
        case syncBegin(Int64)
        case syncEnd(Int64)
        case syncFailed(Int64)
        /// What a client had in its hand by then.
        case note(ClientNote)
    }

    /// Below the folder; empty for the folder itself.
    let path: String
    let inode: UInt64
    let event: Event
}

/// What a client says of itself, between the records of what the broker does.
enum ClientNote: Codable, Equatable, Sendable {
    /// A request is sent; with its number.
    case sent(Int)
    /// Its answer is here.
    case received(Int, GivenAnswer)
}

/// Something that a broker acknowledged: it is in the log at this index for ever, under every later checkpoint.
struct GivenAnswer: Codable, Hashable, Sendable {
    enum Kind: String, Codable, Sendable {
        case token, revocation, offboarding
    }

    let kind: Kind
    /// Stands in the entry.
    let id: String
    let index: Int64
    /// The signed checkpoint that came with it.
    let note: String?
}

/// The file of a journal.
struct Journal: Sendable {
    private static let magic: UInt32 = 0x544c_4146
    private static let headCount = 32
    private static let noteKind: UInt16 = 10

    let path: String

    /// Makes an empty one.
    init(path: String) throws(ChaosFault) {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: Data(), attributes: [.posixPermissions: 0o600])
        else { throw ChaosFault("cannot make \(path)") }
    }

    /// Takes one that is there.
    init(appendingTo path: String) { self.path = path }

    /// Puts a note after all that has happened, in one write.
    func append(_ note: ClientNote) throws(ChaosFault) {
        try ChaosFault.wrap("a note in \(path)") {
            let data = try JSONEncoder().encode(note)
            var record: [UInt8] = []
            record.append(number: Self.magic)
            record.append(number: Self.noteKind)
            record.append(number: UInt16(0))
            record.append(number: UInt64(0))
            record.append(number: Int64(0))
            record.append(number: UInt64(data.count))
            record += data
            let file = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
            guard file >= 0 else { throw ChaosFault("cannot open it") }
            defer { close(file) }
            guard unsafe Foundation.write(file, record, record.count) == record.count else {
                throw ChaosFault("cannot write")
            }
        }
    }

    /// All records; one that a kill cut short at the end is left out.
    func records() throws(ChaosFault) -> [JournalRecord] {
        let bytes = try ChaosFault.wrap(path) { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
        var records: [JournalRecord] = []
        var place = 0
        while bytes.count - place >= Self.headCount {
            guard let magic: UInt32 = bytes.number(at: place), magic == Self.magic,
                let kind: UInt16 = bytes.number(at: place + 4), let pathCount: UInt16 = bytes.number(at: place + 6),
                let inode: UInt64 = bytes.number(at: place + 8), let offset: Int64 = bytes.number(at: place + 16),
                let count: UInt64 = bytes.number(at: place + 24)
            else { throw ChaosFault("\(path) is no journal at byte \(place)") }
            let content = place + Self.headCount + Int(pathCount)
            guard count <= UInt64(bytes.count), bytes.count - content >= Int(count) else { break }
            let end = content + Int(count)
            records.append(
                JournalRecord(
                    path: String(decoding: bytes[(place + Self.headCount)..<content], as: UTF8.self), inode: inode,
                    event: try Self.event(kind, Int(offset), bytes[content..<end], path)))
            place = end
        }
        return records
    }

    private static func event(
        _ kind: UInt16, _ offset: Int, _ bytes: ArraySlice<UInt8>, _ path: String
    ) throws(ChaosFault) -> JournalRecord.Event {
        switch kind {
        case 1: return .write(offset: offset, bytes: bytes)
        case 2: return .truncate(size: offset)
        case 3: return .create
        case 4: return .rename(to: String(decoding: bytes, as: UTF8.self))
        case 5: return .unlink
        case 6: return .folder
        case 7: return .syncBegin(Int64(offset))
        case 8: return .syncEnd(Int64(offset))
        case 9: return .syncFailed(Int64(offset))
        case noteKind:
            return .note(
                try ChaosFault.wrap("a note of \(path)") {
                    try JSONDecoder().decode(ClientNote.self, from: Data(bytes))
                })
        default: throw ChaosFault("\(path) has a record of kind \(kind)")
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: some FixedWidthInteger) {
        for step in 0..<(number.bitWidth / 8) { append(UInt8(truncatingIfNeeded: number >> (step * 8))) }
    }

    fileprivate func number<Number: FixedWidthInteger>(at place: Int) -> Number? {
        let width = Number.bitWidth / 8
        guard place >= 0, place + width <= count else { return nil }
        var number: Number = 0
        for step in (0..<width).reversed() { number = number << 8 | Number(self[place + step]) }
        return number
    }
}
