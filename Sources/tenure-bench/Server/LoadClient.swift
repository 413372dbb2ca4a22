internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Sends many requests over 64 kept TLS 1.3 connections.
struct LoadClient: Sendable {
    static let connectionCount = 64

    private let connections: [LoadConnection]
    private let group: MultiThreadedEventLoopGroup
    private let context: NIOSSLContext
    private let origin: Origin

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

    /// Where connections lead.
    struct Origin: Hashable, Sendable {
        let host: String
        let port: Int

        init(_ url: String) throws {
            guard let parts = URLComponents(string: url), parts.scheme == "https", let host = parts.host else {
                throw BenchFault("\(url) is no https address")
            }
            self.host = host
            port = parts.port ?? 443
        }
    }

    /// Opens all connections.
    static func connect(url: String, caFile: String, count: Int = connectionCount) async throws -> LoadClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(caFile)
        tls.minimumTLSVersion = .tlsv13
        let (context, origin) = (try NIOSSLContext(configuration: tls), try Origin(url))
        // One thread, as one core is the load's.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var connections: [LoadConnection] = []
        for _ in 0..<count { connections.append(try await .open(origin, context, on: group)) }
        return LoadClient(connections: connections, group: group, context: context, origin: origin)
    }

    func close() async throws {
        for connection in connections { try await connection.close() }
        try await group.shutdownGracefully()
    }

    /// Sends one request to our own or an absolute address.
    func send(_ call: Call) async throws -> (status: Int, body: [UInt8]) {
        guard call.path.hasPrefix("https://") else { return try await connections[0].send(call) }
        let other = try Origin(call.path)
        let path = String(call.path.dropFirst("https://".count).drop { $0 != "/" })
        let call = Call(method: call.method, path: path.isEmpty ? "/" : path, token: call.token, body: call.body)
        guard other != origin else { return try await connections[0].send(call) }
        let connection = try await LoadConnection.open(other, context, on: group)
        let answer = try await connection.send(call)
        try await connection.close()
        return answer
    }

    /// Sends requests at a rate, whether earlier ones were answered or not.
    func load(
        perSecond: Double, seconds: Double, _ call: @escaping @Sendable (Int) -> Call
    ) async throws -> OpenLoad.Outcome {
        try await OpenLoad.run(over: connections, perSecond: perSecond, seconds: seconds, call)
    }

    /// Sends `count` requests, each connection its share, one after another.
    func load(count: Int, expecting status: Int, _ call: @escaping @Sendable (Int) -> Call) async throws -> Round {
        let start = ContinuousClock.now
        let shares = try await withThrowingTaskGroup(of: LoadShare.Outcome.self) { group in
            for (place, connection) in connections.enumerated() {
                group.addTask {
                    let places = stride(from: place, to: count, by: connections.count)
                    return try await connection.load(places, expecting: status, call)
                }
            }
            var all: [LoadShare.Outcome] = []
            for try await share in group { all.append(share) }
            return all
        }
        return Round(
            count: count, seconds: (ContinuousClock.now - start) / .seconds(1),
            milliseconds: shares.flatMap(\.milliseconds).sorted(),
            refused: shares.reduce(into: [:]) { $0.merge($1.refused, uniquingKeysWith: +) })
    }
}
