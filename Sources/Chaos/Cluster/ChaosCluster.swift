internal import Foundation
internal import Glibc
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import TenureAPI
internal import TenureClient

/// Two nodes on one real PostgreSQL: `tenured dev`, whose issuer vouches for jobs, and `tenured serve` beside it.
struct ChaosCluster: Sendable {
    /// The server that nodes find first.
    let server: PostgreSQLServer
    let standby: PostgreSQLServer?
    /// Before the second node.
    let proxy: CuttingProxy?
    let places: [BrokerPlace]
    private(set) var brokers: [ChaosBroker]
    private static let schema = "chaos"

    /// Starts a server, founds an installation on it, and serves it with two nodes.
    ///
    /// - Parameter hasStandby: whether there is a standby too, which nodes turn to once it is the primary.
    init(in run: ChaosRun, name: String, hasStandby: Bool = false) async throws(ChaosFault) {
        let preload = run.programs + "/libFaultPreload.so"
        let (server, standby, proxy) = try await ChaosBroker.offPool("starting PostgreSQL") {
            let server = try PostgreSQLServer(preload: hasStandby ? nil : preload)
            try server.makeSchema(Self.schema)
            let standby = hasStandby ? try PostgreSQLServer(standbyOf: server) : nil
            return (server, standby, hasStandby ? nil : try CuttingProxy(before: server))
        }
        (self.server, self.standby, self.proxy) = (server, standby, proxy)
        var first = try BrokerPlace("\(name)-1", in: run)
        var second = try BrokerPlace("\(name)-2", in: run)
        let folders = [server.folder, standby?.folder].compactMap(\.self).joined(separator: ",")
        first.listen = "127.0.0.1:\(try Self.freePort())"
        second.listen = "127.0.0.1:\(try Self.freePort())"
        first.role = .development(store: server.url(schema: Self.schema, folder: folders))
        let founder = try await ChaosBroker.start(first)
        let store = server.url(schema: Self.schema, folder: proxy?.folder ?? folders)
        second.role = .node(
            configuration: try Self.configure(second, beside: founder, store: store),
            adminTokenFile: founder.ready.adminTokenFile ?? "")
        places = [first, second]
        brokers = [founder, try await ChaosBroker.start(second)]
    }

    /// Kills a node and starts it anew; how long that took.
    mutating func restart(_ node: Int) async throws(ChaosFault) -> Duration {
        brokers[node].end(SIGKILL)
        let start = ContinuousClock.now
        brokers[node] = try await ChaosBroker.start(places[node])
        return ContinuousClock.now - start
    }

    /// Starts a node that has ended; it may refuse.
    func attempt(_ node: Int) async throws(ChaosFault) -> ChaosBroker.Start {
        try await ChaosBroker.attempt(places[node])
    }

    /// Starts a node that has ended and must serve.
    mutating func start(_ node: Int) async throws(ChaosFault) {
        brokers[node] = try await ChaosBroker.start(places[node])
    }

    /// Ends all nodes.
    func stop(_ signal: Int32 = SIGTERM) { for broker in brokers { broker.end(signal) } }

    /// Ends nodes and servers.
    func remove() async throws(ChaosFault) {
        stop()
        let (server, standby, proxy) = (server, standby, proxy)
        try await ChaosBroker.offPool("stopping PostgreSQL") {
            proxy?.stop()
            standby?.stop()
            server.stop()
        }
    }

    /// Asks one of the servers.
    func ask(_ server: PostgreSQLServer, _ sql: String) async throws(ChaosFault) -> String {
        try await ChaosBroker.offPool("psql") { try server.ask(sql) }
    }

    /// How many entries the log has, as a server says.
    func size(at server: PostgreSQLServer) async throws(ChaosFault) -> Int64 {
        Int64(try await ask(server, "SELECT size FROM \(Self.schema).head")) ?? -1
    }

    /// Whether a node holds the lock under which everything is written.
    func isLocked() async throws(ChaosFault) -> Bool {
        let server = server
        return try await ChaosBroker.offPool("psql") { try server.isLocked(schema: Self.schema) }
    }

    /// The database of one server, for the oracle.
    func database(at server: PostgreSQLServer) async throws(ChaosFault) -> PostgreSQLEngine {
        try await LogOracle.open(server, schema: Self.schema)
    }

    /// What a job proves itself with at each node: its OIDC token where that is issued, a session elsewhere.
    func jobTokens() async throws(ChaosFault) -> [String] {
        let proof = try await brokers[0].jobToken()
        let text = try ChaosFault.wrap(proof) { try String(contentsOfFile: proof, encoding: .utf8) }
        let client = try brokers[0].client(token: proof)
        let session: Result<LoginAnswer, ClientError>
        do throws(ClientError) {
            session = .success(try await client.login(LoginBody(method: "oidc", token: text)))
        } catch {
            session = .failure(error)
        }
        do throws(ClientError) { try await client.shutdown() } catch { throw ChaosFault("\(error)") }
        let file = places[1].file("job.session")
        try ChaosFault.wrap("the login of a job") {
            guard
                FileManager.default.createFile(
                    atPath: file, contents: Data(try session.get().token.utf8), attributes: [.posixPermissions: 0o600])
            else { throw ChaosFault("cannot make \(file)") }
        }
        return [proof, file]
    }

    /// Writes the configuration of the second node, which shares all that is the installation's.
    private static func configure(
        _ place: BrokerPlace, beside founder: ChaosBroker, store: String
    ) throws(ChaosFault) -> String {
        let own = founder.place.dataFolder + "/tenured.yaml"
        let text = try ChaosFault.wrap(own) { try String(contentsOfFile: own, encoding: .utf8) }
        guard let profiles = text.split(separator: "\n").first(where: { $0.hasPrefix("  profiles: ") }) else {
            throw ChaosFault("\(own) names no profiles")
        }
        let file = place.file("tenured.yaml")
        let configuration = """
            listen: {address: "\(place.listen)", url: "\(founder.ready.url)", names: [localhost, "127.0.0.1"]}
            http: {address: "127.0.0.1:\(try freePort())", url: "\(founder.ready.httpURL ?? "")"}
            store:
              engine: postgresql
              data: \(place.dataFolder)
              url: "\(store)"
            keys: {kek_file: \(founder.place.dataFolder)/kek}
            ca:
              trust_domain: dev.tenure.internal
            \(profiles)
            limits: {identity_requests_per_second: 2000, ballast_bytes: 1048576}
            audit: {witness_file: \(place.file("witness/checkpoint"))}
            log: {level: notice, format: text}

            """
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data(configuration.utf8), attributes: [.posixPermissions: 0o600])
        else { throw ChaosFault("cannot make \(file)") }
        return file
    }

    /// Below the ports that the system hands out by itself, so that nobody takes it between two lives of a node.
    private static func freePort() throws(ChaosFault) -> UInt16 {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: 10_000..<32_000)
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
            address.sin_port = port.bigEndian
            let isFree = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isFree { return port }
        }
        throw ChaosFault("no free port")
    }
}
