/// Takes server-sent events out of bytes as they come (HTML, section 9.2.6).
///
/// Lines end with LF, CRLF or CR, and bytes are cut anywhere between two calls. Comments, `retry` and fields that
/// nobody knows are passed over, an event without data is none.
package struct EventStreamParser: Sendable {
    /// One event, as it was sent.
    package struct Event: Hashable, Sendable {
        /// Nil where the event had none of its own.
        package var id: String?
        /// `message` where nothing else was said.
        package var name: String
        /// What its `data` lines say, with LF between them.
        package var data: [UInt8]

        package init(id: String?, name: String, data: [UInt8]) {
            self.id = id
            self.name = name
            self.data = data
        }
    }

    /// More than a heartbeat with a signed note.
    package static let eventBytesMax = 131_072

    private var line: [UInt8] = []
    private var event = Event(id: nil, name: "", data: [])
    private var hasData = false
    private var size = 0
    private var endedWithCR = false

    package init() {}

    /// Takes the next bytes, and gives the events that they complete.
    ///
    /// - Throws: `tooLarge` once an event has more than `eventBytesMax` bytes, `notUTF8` for a name or an id that is no
    ///   text; nothing of that stream is to be believed then.
    package mutating func feed(_ bytes: [UInt8]) throws(EventStreamFailure) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            let follows = endedWithCR
            endedWithCR = byte == 0x0D
            switch byte {
            case 0x0A where follows: continue
            case 0x0A, 0x0D:
                if let event = try endLine() { events.append(event) }
            default:
                size += 1
                guard size <= Self.eventBytesMax else { throw .tooLarge }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() throws(EventStreamFailure) -> Event? {
        guard !line.isEmpty else { return endEvent() }
        let (field, value) = Self.split(line)
        line.removeAll(keepingCapacity: true)
        switch field {
        case Array("data".utf8)[...]:
            if hasData { event.data.append(0x0A) }
            event.data.append(contentsOf: value)
            hasData = true
        case Array("event".utf8)[...]: event.name = try Self.text(value)
        case Array("id".utf8)[...]: event.id = try Self.text(value)
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> Event? {
        defer {
            event = Event(id: nil, name: "", data: [])
            hasData = false
            size = 0
        }
        guard hasData else { return nil }
        if event.name.isEmpty { event.name = "message" }
        return event
    }

    /// What stands before the first colon, and after it and one space.
    private static func split(_ line: [UInt8]) -> (field: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: 0x3A) else { return (line[...], []) }
        var value = line[(colon + 1)...]
        if value.first == 0x20 { value.removeFirst() }
        return (line[..<colon], value)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(EventStreamFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }
}

/// Why a stream of events is given up.
package enum EventStreamFailure: Error, Hashable, Sendable {
    /// An event has more bytes than any of ours.
    case tooLarge
    /// A name or an id is no text.
    case notUTF8
}
