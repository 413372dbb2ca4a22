internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import NIOCore
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let feed: [Route] = [
        .reading(
            .feedRead, .get, APIPath.cutoffs,
            .init("All cuts that can still matter, and where the feed goes on", answer: "CutoffsAnswer")
        ) { exchange, caller in
            _ = try exchange.query()
            return try .json(CutoffsAnswer(try exchange.broker.cutoffs(by: caller)))
        },
        .reading(
            .feedRead, .get, APIPath.events,
            .init(
                "Cuts and key changes in the order of the log, as server-sent events; a heartbeat each second",
                mediaType: "text/event-stream", query: ["since"])
        ) { exchange, caller in
            let since = try exchange.feedPlace()
            let reader = try exchange.broker.followFeed(after: since, by: caller)
            let stream = EventStream(reader: reader)
            return .events { write in try await stream.write(by: write) }
        },
    ]
}

extension Exchange {
    /// `Last-Event-ID`, which browsers and libraries send when they reconnect, else `since`, else the beginning.
    fileprivate func feedPlace() throws -> Int64 {
        let query = try query("since")
        guard let text = try header(.lastEventID) else { return try query.number("since") ?? -1 }
        guard let place = Int64(text), place >= 0, String(place) == text else {
            throw Refusal.field("Last-Event-ID", "must be the id of an event")
        }
        return place
    }
}

/// The body of `GET /events`: what the reader says, as server-sent events (HTML, section 9.2).
struct EventStream: Sendable {
    let reader: FeedReader

    /// Writes until the caller may not follow any more, the server stops or the connection ends. A peer who does not
    /// take what is written is cut by the connection's clock (THREATS, T26).
    @concurrent
    func write(by write: @Sendable (ByteBuffer) async throws -> Void) async throws {
        defer { reader.end() }
        var messages = reader.messages()
        do {
            while let message = try await messages.next() { try await write(try Self.bytes(of: message)) }
        } catch is LifecycleError {
            // The answer has begun: its end is all that can be said. Reconnecting tells why.
        }
    }

    static func bytes(of message: FeedReader.Message) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        for line in message.lines {
            switch line {
            case .head(let head):
                bytes.writeString("event: head\ndata: ")
                bytes.writeBytes(try Answer.encoded(head))
            case .event(let index, let name, let event):
                bytes.writeString("id: \(index)\nevent: \(name)\ndata: ")
                bytes.writeBytes(try Answer.encoded(event))
            }
            bytes.writeString("\n\n")
        }
        return bytes
    }
}
