internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import TenureAPI

/// One request before it is sent.
struct ClientRequest: Sendable {
    var method: HTTPMethod = .GET
    var path: String
    /// Sent where the value is not nil.
    var query: [(name: String, value: String?)] = []
    var body: [UInt8]?
    var contentType = "application/json"
    var ifMatch: Int64?
    var idempotencyKey: String?
    /// Whether the call says who asks.
    var authenticated = true
    var seconds: Int64?
    /// More than the largest page of audit entries.
    var answerBytesMax = 16 * 1024 * 1024
}

/// An answer with a status of success.
struct ClientResponse: Sendable {
    let status: Int
    let body: [UInt8]
    let operation: String?
    /// The version that the `ETag` names.
    let version: Int64?
}

/// An answer of any status.
private struct RawResponse {
    let status: Int
    let body: [UInt8]
    let operation: String?
    let version: Int64?
    let retryAfter: Int64?

    var response: ClientResponse {
        ClientResponse(status: status, body: body, operation: operation, version: version)
    }
}

extension TenureClient {
    /// Sends a request and waits for the whole answer.
    ///
    /// - Throws: `ClientError`; every status but 2xx is one.
    func send(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        let raw = try await exchange(request)
        guard (200..<300).contains(raw.status) else { throw Self.refusal(status: raw.status, body: raw.body) }
        return raw.response
    }

    /// The same, and once more where the broker says that it could not do it now, or does not know whether it did:
    /// under its key the request is done once, however often it comes.
    func sendAgain(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        let raw = try await exchange(request)
        guard !(200..<300).contains(raw.status) else { return raw.response }
        let refusal = Self.refusal(status: raw.status, body: raw.body)
        guard request.idempotencyKey != nil, case .problem(let problem) = refusal,
            problem.code == .unavailable || problem.code == .unknownOutcome
        else { throw refusal }
        do {
            try await Task.sleep(for: .seconds(min(max(raw.retryAfter ?? 1, 0), Self.pauseSecondsMax)))
        } catch {
            throw refusal
        }
        return try await send(request)
    }

    /// The longest that a broker is waited for before it is asked again.
    private static let pauseSecondsMax: Int64 = 6

    private func exchange(_ request: ClientRequest) async throws(ClientError) -> RawResponse {
        let prepared = try prepare(request)
        let seconds = request.seconds ?? settings.callSeconds
        let response: HTTPClientResponse
        let body: ByteBuffer
        do {
            response = try await http.execute(prepared, timeout: .seconds(seconds))
            body = try await response.body.collect(upTo: request.answerBytesMax)
        } catch {
            throw Self.failure(of: error)
        }
        return RawResponse(
            status: Int(response.status.code), body: Array(body.readableBytesView),
            operation: response.headers.first(name: APIHeader.operationID),
            version: response.headers.first(name: APIHeader.entityTag).flatMap(Self.version),
            retryAfter: response.headers.first(name: "Retry-After").flatMap { Int64($0) })
    }

    /// What a call failed of, in words of ours.
    static func failure(of error: any Error) -> ClientError {
        switch error {
        case let error as HTTPClientError: clientError(error)
        case let error as NIOSSLError: .notTrusted(words(of: error))
        case is NIOSSLExtraError: .notTrusted("the certificate is for another name")
        case is NIOTooManyBytesError: .unexpectedAnswer(status: 200, detail: "with a body that is too large")
        case let error as IOError: .unreachable(words(of: error))
        case let error as NIOConnectionError:
            .unreachable(
                error.connectionErrors.compactMap { $0.error as? IOError }.first.map(words)
                    ?? "there is no such host")
        default: .unreachable("the connection failed")
        }
    }

    func prepare(_ request: ClientRequest) throws(ClientError) -> HTTPClientRequest {
        let query = request.query.compactMap { item in item.value.map { (item.name, $0) } }
            .map { FormFields.escaped($0.0) + "=" + FormFields.escaped($0.1) }.joined(separator: "&")
        var prepared = HTTPClientRequest(
            url: settings.address + request.path + (query.isEmpty ? "" : "?" + query))
        prepared.method = request.method
        prepared.headers.add(name: "Accept", value: "application/json, " + Problem.mediaType + ", */*;q=0.5")
        prepared.headers.add(name: "User-Agent", value: "tenure")
        if request.authenticated, let token = try settings.token.current() {
            prepared.headers.add(name: "Authorization", value: "Bearer " + token)
        }
        if let version = request.ifMatch { prepared.headers.add(name: APIHeader.ifMatch, value: "\"\(version)\"") }
        if let key = request.idempotencyKey { prepared.headers.add(name: APIHeader.idempotencyKey, value: key) }
        if let body = request.body {
            prepared.headers.add(name: "Content-Type", value: request.contentType)
            prepared.body = .bytes(ByteBuffer(bytes: body))
        }
        return prepared
    }

    private static func version(_ tag: String) -> Int64? {
        guard tag.utf8.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else { return nil }
        return Int64(tag.dropFirst().dropLast())
    }

    static func refusal(status: Int, body: [UInt8]) -> ClientError {
        let decoder = JSONDecoder()
        if let problem = decode(Problem.self, body, decoder) { return .problem(problem) }
        if let answer = decode(OAuthErrorAnswer.self, body, decoder) { return .oauth(answer, status: status) }
        return .unexpectedAnswer(status: status, detail: "without saying why")
    }

    private static func decode<Answer: Decodable>(
        _ type: Answer.Type, _ body: [UInt8], _ decoder: JSONDecoder
    ) -> Answer? {
        do {
            return try decoder.decode(type, from: Data(body))
        } catch {
            return nil
        }
    }

    private static func clientError(_ error: HTTPClientError) -> ClientError {
        switch error {
        case .connectTimeout: .unreachable("nobody answers there")
        case .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            .timedOut
        case .remoteConnectionClosed: .unreachable("the connection was closed")
        case .invalidURL, .emptyHost, .emptyScheme: .settings("the address is not usable")
        default: .unreachable(error.shortDescription)
        }
    }

    private static func words(of error: NIOSSLError) -> String {
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return "the certificate does not chain to a trusted root" }
        if text.contains("ALERT") { return "the other side refused: is our certificate still good?" }
        return "the handshake failed"
    }

    private static func words(of error: IOError) -> String {
        error.errnoCode == ECONNREFUSED ? "nobody listens there" : "the connection failed (errno \(error.errnoCode))"
    }
}
