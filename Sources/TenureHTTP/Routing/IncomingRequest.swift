package import HTTPTypes
package import NIOCore
package import NIOHTTP1

/// One request as it came off the wire: framed in one way (`RequestGuard`), and nothing else looked at.
package struct IncomingRequest: Sendable {
    let method: HTTPRequest.Method
    /// The path, and the query behind a question mark.
    let target: String
    let headers: HTTPHeaders
    let body: IncomingBody

    package init(method: HTTPRequest.Method, target: String, headers: HTTPHeaders, body: IncomingBody) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The target without its query.
    var path: Substring { target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)] }

    var host: String? { headers.first(name: "Host") }

    /// The first value of a header.
    func first(_ name: HTTPField.Name) -> String? { headers.first(name: name.rawName) }

    /// The values of a header, in the order in which they came.
    func values(of name: HTTPField.Name) -> [String] { headers[name.rawName] }
}

/// The body of a request.
package enum IncomingBody: Sendable {
    /// It came together with its head.
    case whole(ByteBuffer)
    /// Some or all of it is still to come.
    case arriving(ArrivingBody)
}

/// What answers the requests of a listener.
package protocol RequestAnswering: Sendable {
    /// Answers one request; whatever goes wrong is an answer too.
    func answer(_ request: IncomingRequest, on frame: RequestFrame) async -> Answer
}
