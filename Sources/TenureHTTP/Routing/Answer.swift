internal import CredentialLifecycle
internal import HTTPTypes
package import NIOCore
internal import TenureAPI

/// What a route answers.
package struct Answer: Sendable {
    /// Writes a body that goes on, part by part, for as long as the connection lasts.
    package typealias Stream =
        @Sendable (_ write: @escaping @Sendable (ByteBuffer) async throws -> Void) async throws -> Void

    enum Cache: Hashable, Sendable {
        /// The default: most answers are for one caller, and some hold secrets.
        case never
        case seconds(Int64)
        /// It never changes.
        case forEver
    }

    var status: HTTPResponse.Status
    var headers: AnswerHeaders
    var body: ByteBuffer
    /// What is written in place of `body`.
    private(set) var stream: Stream?

    init(status: HTTPResponse.Status = .ok, mediaType: String, bytes: [UInt8], cache: Cache = .never) {
        self.status = status
        body = ByteBuffer(bytes: bytes)
        headers = [.contentType: mediaType]
        switch cache {
        case .never: headers[.cacheControl] = "no-store"
        case .seconds(let seconds): headers[.cacheControl] = "public, max-age=\(max(0, seconds))"
        case .forEver: headers[.cacheControl] = "public, max-age=31536000, immutable"
        }
    }

    static func text(_ text: String, mediaType: String = "text/plain; charset=utf-8", cache: Cache = .never) -> Answer {
        Answer(mediaType: mediaType, bytes: Array(text.utf8), cache: cache)
    }

    /// A JSON answer.
    ///
    /// - Parameter version: of one object; becomes its `ETag`.
    static func json<Value: Encodable>(
        _ value: Value, status: HTTPResponse.Status = .ok, version: Int64? = nil, cache: Cache = .never
    ) throws -> Answer {
        var answer = Answer(
            status: status, mediaType: "application/json", bytes: try AnswerEncoder.bytes(of: value), cache: cache)
        if let version { answer.headers[.eTag] = "\"\(version)\"" }
        return answer
    }

    /// The answer to an act: 201 and the operation's id where it was recorded, 200 of a dry run.
    static func act<Value: Encodable>(
        _ value: Value, _ place: RecordedPlace?, status: HTTPResponse.Status = .created, version: Int64? = nil
    ) throws -> Answer {
        var answer = try json(value, status: place == nil ? .ok : status, version: version)
        if let place { answer.headers[.operationID] = place.operation }
        return answer
    }

    /// An answer that goes on.
    static func events(_ stream: @escaping Stream) -> Answer {
        var answer = Answer(mediaType: "text/event-stream", bytes: [])
        answer.stream = stream
        return answer
    }

    /// JSON as it stands in answers.
    static func encoded<Value: Encodable>(_ value: Value) throws -> [UInt8] { try AnswerEncoder.bytes(of: value) }

    static func problem(_ problem: Problem) -> Answer {
        let bytes: [UInt8]
        do {
            bytes = try AnswerEncoder.bytes(of: problem)
        } catch {
            // A problem holds strings and a number; still, no answer at all would be worse than a bare one.
            bytes = Array("{\"type\":\"\(problem.type)\",\"status\":\(problem.status)}".utf8)
        }
        return Answer(status: .init(code: problem.status), mediaType: Problem.mediaType, bytes: bytes)
    }

    /// What `HEAD` is answered: all but the body.
    var headOnly: Answer {
        var answer = self
        if stream == nil { answer.headers[.contentLength] = String(body.readableBytes) }
        answer.body = ByteBuffer()
        answer.stream = nil
        return answer
    }

    /// To what is no request; the connection ends behind it.
    static let malformed: Answer = {
        var answer = Answer(status: .badRequest)
        answer.headers[.connection] = "close"
        return answer
    }()

    /// Without a body.
    private init(status: HTTPResponse.Status) {
        self.status = status
        headers = [:]
        body = ByteBuffer()
    }
}
