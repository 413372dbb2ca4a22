internal import Authorization
internal import CredentialLifecycle
package import HTTPTypes
internal import TenureAPI
internal import TenureModel

/// One thing that can be asked over HTTP: where, under which act, and what is done.
///
/// A handler that acts for somebody can only be made with an act, and is only ever called with a caller who was
/// authenticated for it; what the caller may do is decided by the lifecycle.
///
/// It is looked up for each request, and so one reference.
final class Route: Sendable {
    enum Handler: Sendable {
        /// Anybody may ask.
        case open(@Sendable (Exchange) async throws -> Answer)
        case act(Act, @Sendable (Exchange, AuthenticatedCaller) async throws -> Answer)
        /// A form that brings the proof of who asks (RFC 8693).
        case form(
            Act, proof: @Sendable (Exchange, FormFields) throws -> Evidence,
            @Sendable (Exchange, AuthenticatedCaller, FormFields, [UInt8]) async throws -> Answer)
    }

    let method: HTTPRequest.Method
    /// With `{names}` in place of single segments; the last may be `{name...}`, which takes all that is left.
    let path: String
    let handler: Handler
    /// Whether it writes an entry when it succeeds, and so counts against the identity's rate.
    let records: Bool
    /// What it says to programs that read `/openapi.json`.
    let description: RouteDescription

    private init(
        method: HTTPRequest.Method, path: String, handler: Handler, records: Bool, description: RouteDescription
    ) {
        self.method = method
        self.path = path
        self.handler = handler
        self.records = records
        self.description = description
    }

    /// A route that anybody may ask for.
    static func open(
        _ method: HTTPRequest.Method, _ path: String, _ description: RouteDescription,
        _ handle: @escaping @Sendable (Exchange) async throws -> Answer
    ) -> Route {
        Route(method: method, path: path, handler: .open(handle), records: false, description: description)
    }

    /// A route that only reads.
    static func reading(
        _ act: Act, _ method: HTTPRequest.Method, _ path: String, _ description: RouteDescription,
        _ handle: @escaping @Sendable (Exchange, AuthenticatedCaller) async throws -> Answer
    ) -> Route {
        Route(method: method, path: path, handler: .act(act, handle), records: false, description: description)
    }

    /// A route whose act is recorded.
    static func recording(
        _ act: Act, _ method: HTTPRequest.Method, _ path: String, _ description: RouteDescription,
        _ handle: @escaping @Sendable (Exchange, AuthenticatedCaller) async throws -> Answer
    ) -> Route {
        Route(method: method, path: path, handler: .act(act, handle), records: true, description: description)
    }

    /// A route whose form says who asks, and whose act is recorded.
    ///
    /// - Parameter proof: what the form holds as proof; it is verified before `handle` is called.
    static func exchanging(
        _ act: Act, _ path: String, _ description: RouteDescription,
        proof: @escaping @Sendable (Exchange, FormFields) throws -> Evidence,
        _ handle: @escaping @Sendable (Exchange, AuthenticatedCaller, FormFields, [UInt8]) async throws -> Answer
    ) -> Route {
        Route(
            method: .post, path: path, handler: .form(act, proof: proof, handle), records: true,
            description: description)
    }

    /// Whether its answer says what is so now, and not what was so once: a login, whatever somebody is permitted, and
    /// whatever is found. It waits for what other nodes have acknowledged by then. What is published to everybody is
    /// signed, or read from the database itself.
    var saysWhatIsSo: Bool {
        switch handler {
        case .open: method != .get
        case .act, .form: true
        }
    }

    /// Nil of an open route.
    var act: Act? {
        switch handler {
        case .open: nil
        case .act(let act, _), .form(let act, _, _): act
        }
    }
}

/// What OpenAPI says of a route.
struct RouteDescription: Sendable {
    let summary: String
    /// The name of the schema of the request body, if one is taken.
    let body: String?
    /// The name of the schema of the answer; nil where it is not JSON.
    let answer: String?
    /// The media type of an answer that is not JSON.
    let mediaType: String
    /// The status of success.
    let status: Int
    let query: [String]

    init(
        _ summary: String, body: String? = nil, answer: String? = nil, mediaType: String = "application/json",
        status: Int = 200, query: [String] = []
    ) {
        self.summary = summary
        self.body = body
        self.answer = answer
        self.mediaType = mediaType
        self.status = status
        self.query = query
    }
}

/// A route of somebody else beside the broker's own: the development issuer's. It is open to anybody.
package struct AdditionalRoute: Sendable {
    package let method: HTTPRequest.Method
    package let path: String
    let handle: @Sendable (AdditionalRequest) async -> AdditionalAnswer

    /// - Parameter path: as `/dev/oidc/token`; must not collide with a path of the contract.
    package init(
        _ method: HTTPRequest.Method, _ path: String,
        handle: @escaping @Sendable (AdditionalRequest) async -> AdditionalAnswer
    ) {
        self.method = method
        self.path = path
        self.handle = handle
    }

    var route: Route {
        let handle = self.handle
        return .open(method, path, RouteDescription("Development only", mediaType: "*/*")) { exchange in
            let body = method == .get ? [] : try await exchange.bodyBytes(max: exchange.limits.bodyBytesMax)
            let answer = await handle(AdditionalRequest(body: body))
            return Answer(
                status: .init(code: answer.status), mediaType: answer.mediaType, bytes: answer.body, cache: .never)
        }
    }
}

/// The whole body of a request to an additional route, within the limit of bodies.
package struct AdditionalRequest: Sendable {
    package let body: [UInt8]
}

/// The answer of an additional route.
package struct AdditionalAnswer: Sendable {
    package var status: Int
    package var mediaType: String
    package var body: [UInt8]

    package init(status: Int = 200, mediaType: String = "application/json", body: [UInt8]) {
        self.status = status
        self.mediaType = mediaType
        self.body = body
    }
}
