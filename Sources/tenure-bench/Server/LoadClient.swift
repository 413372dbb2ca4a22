internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Sends many requests over 64 kept TLS 1.3 connections.
struct LoadClient: Sendable {
    static let connectionCount = 64
    private static let answerBytesMax = 1 << 20

    private let client: HTTPClient
    private let url: String

    /// One request of a kind of load.
    struct Call: Sendable {
        var method = "GET"
        let path: String
        var token: String
        var body: (type: String, bytes: [UInt8])?
    }

    /// What came of one round.
    struct Round: Sendable {
        let count: Int
        let seconds: Double
        /// Of each request, sorted.
        let milliseconds: [Double]
        /// How often an answer was none that was expected, by status.
        let refused: [Int: Int]

        func percentile(_ part: Double) -> Double {
            milliseconds.isEmpty ? 0 : milliseconds[min(Int(Double(milliseconds.count) * part), milliseconds.count - 1)]
        }
    }

    init(url: String, caFile: String) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(caFile)
        tls.minimumTLSVersion = .tlsv13
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connectionCount
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.url = url
    }

    func close() async throws { try await client.shutdown() }

    /// Sends one request to an absolute or our own address.
    func send(_ call: Call) async throws -> (status: Int, body: [UInt8]) {
        var request = HTTPClientRequest(url: call.path.hasPrefix("https://") ? call.path : url + call.path)
        request.method = .RAW(value: call.method)
        if !call.token.isEmpty { request.headers.add(name: "authorization", value: "Bearer " + call.token) }
        if let body = call.body {
            request.headers.add(name: "content-type", value: body.type)
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        let answer = try await client.execute(request, timeout: .seconds(30))
        let bytes = try await answer.body.collect(upTo: Self.answerBytesMax)
        return (Int(answer.status.code), Array(bytes.readableBytesView))
    }

    /// Sends `count` requests, each connection its share, one after another.
    func load(count: Int, expecting status: Int, _ call: @escaping @Sendable (Int) -> Call) async throws -> Round {
        let start = ContinuousClock.now
        let shares = try await withThrowingTaskGroup(of: ([Double], [Int: Int]).self) { group in
            for connection in 0..<Self.connectionCount {
                group.addTask {
                    var times: [Double] = []
                    var refused: [Int: Int] = [:]
                    for place in stride(from: connection, to: count, by: Self.connectionCount) {
                        let start = ContinuousClock.now
                        let answer = try await send(call(place))
                        times.append((ContinuousClock.now - start) / .milliseconds(1))
                        if answer.status != status { refused[answer.status, default: 0] += 1 }
                    }
                    return (times, refused)
                }
            }
            var all: [([Double], [Int: Int])] = []
            for try await share in group { all.append(share) }
            return all
        }
        return Round(
            count: count, seconds: (ContinuousClock.now - start) / .seconds(1),
            milliseconds: shares.flatMap(\.0).sorted(),
            refused: shares.reduce(into: [:]) { $0.merge($1.1, uniquingKeysWith: +) })
    }
}
