internal import TenureAPI

/// Streams of events: right ones, and each with one fault (T12).
enum FeedSamples {
    static func all() -> [(String, [Sample])] { [("event-stream", streams)] }

    /// Where a verifier stands that reads the streams.
    static let start = CutoffsAnswer(
        marks: [], logs: [.init(log: "9f3a01bc", start: 0)], head: 100, last: 90,
        checkpoint: CheckpointAnswer(size: 100, root: "r", note: "example.org/tenure/9f3a01bc\n100\nr\n\n— x AAAA\n"))

    private static func head(_ size: Int, last: Int, at: String = "2026-11-24T14:00:00.250Z", log: String = "9f3a01bc")
        -> String
    {
        "event: head\ndata: {\"head\":\(size),\"last\":\(last),\"at\":\"\(at)\",\"checkpoint\":{\"size\":\(size),"
            + "\"root\":\"r\",\"note\":\"example.org/tenure/\(log)\\n\(size)\\nr\\n\\n\"}}\n\n"
    }

    private static func mark(_ id: String, previous: Int, _ rest: String) -> String {
        "id: \(id)\nevent: mark\ndata: {\"prev\":\(previous),\(rest),\"cut\":\(id),\"at\":\"t\"}\n\n"
    }

    private static let indexed = "\"kind\":\"i\",\"number\":12"
    private static let hashed = "\"kind\":\"c\",\"number\":\"4000000000000001\""
    private static let key = "id: 97\nevent: key\ndata: {\"prev\":95,\"at\":\"t\"}\n\n"

    private static let streams = [
        Sample("valid-heartbeat", head(100, last: 90)),
        Sample("valid-marks", mark("95", previous: 90, indexed) + mark("97", previous: 95, hashed)),
        Sample("valid-key", mark("95", previous: 90, indexed) + key + head(100, last: 97)),
        Sample("valid-crlf", "event: key\r\nid: 95\r\ndata: {\"prev\":90,\"at\":\"t\"}\r\n\r\n"),
        Sample("valid-comment", ": keep\n\n" + head(100, last: 90)),
        Sample("valid-missed", mark("97", previous: 95, indexed)),
        Sample("valid-other-log", head(100, last: 90, log: "00000001")),
        Sample("valid-clock-set", head(100, last: 90, at: "9999-12-31T23:59:59.999Z") + head(101, last: 90)),
        Sample("valid-later-kind", "event: later\ndata: {}\n\n"),
        Sample("empty", ""), Sample("no-end", "event: head\ndata: {}"), Sample("no-data", "event: head\n\n"),
        Sample("no-json", "event: head\ndata: {\n\n"), Sample("name-not-utf-8", Array("event: ".utf8) + [0xFF, 0x0A]),
        Sample("no-id", "event: key\ndata: {\"prev\":90,\"at\":\"t\"}\n\n"),
        Sample("id-with-sign", "id: +95\nevent: key\ndata: {\"prev\":90,\"at\":\"t\"}\n\n"),
        Sample("id-past-2-53", "id: 9007199254740992\nevent: key\ndata: {\"prev\":90,\"at\":\"t\"}\n\n"),
        Sample("hash-for-index", mark("95", previous: 90, "\"kind\":\"i\",\"number\":\"4000000000000001\"")),
        Sample("index-for-hash", mark("95", previous: 90, "\"kind\":\"c\",\"number\":12")),
        Sample("unknown-letter", mark("95", previous: 90, "\"kind\":\"z\",\"number\":12")),
        Sample("before-itself", mark("95", previous: 95, indexed)),
        Sample("checkpoint-not-its-note", head(100, last: 90).replacing("\"size\":100", with: "\"size\":99")),
        Sample("last-past-head", head(90, last: 90)),
    ]
}
