internal import Foundation
internal import Synchronization

/// A socket before a server's, which passes on what it gets, and cuts a connection at a COMMIT of what it wrote when
/// told to.
package final class CuttingProxy: Sendable {
    package enum Cut: String, CaseIterable, Sendable {
        /// COMMIT does not reach the server.
        case before
        /// COMMIT is carried out, and its answer does not reach the client.
        case after
        /// COMMIT is carried out, and the client is cut off meanwhile.
        case during
        /// COMMIT does not reach the server, and the connection stays until the client gives it up.
        case hold
        /// COMMIT is carried out; its answer does not reach the client, whose connection stays until it gives that up.
        case keep
    }

    fileprivate struct State {
        var cut: Cut?
        var skipped = 0
        var cutCount = 0
        var commitCount = 0
        var isStopped = false
    }

    /// Where clients find the socket.
    package let folder: String
    private let upstream: String
    private let listener: CInt
    private let state = Mutex(State())

    package init(before server: PostgreSQLServer) throws {
        upstream = server.folder + "/.s.PGSQL.5432"
        folder = FileManager.default.temporaryDirectory.path + "/tenure-proxy-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        let isBound = unsafe Self.withAddress(folder + "/.s.PGSQL.5432") { address, length in
            unsafe bind(listener, address, length) == 0
        }
        guard isBound, listen(listener, 16) == 0 else {
            throw PostgreSQLServer.Failure(description: "the proxy has no socket")
        }
        let thread = Thread { [self] in accept() }
        thread.start()
    }

    /// Cuts the connection that sends COMMIT next.
    ///
    /// - Parameter skipped: how many go through before.
    package func cutNext(_ cut: Cut, after skipped: Int = 0) {
        state.withLock {
            $0.cut = cut
            $0.skipped = skipped
        }
    }

    /// How many connections were cut, or are held.
    package var cutCount: Int { state.withLock { $0.cutCount } }

    /// How many COMMITs came.
    package var commitCount: Int { state.withLock { $0.commitCount } }

    /// Takes no more connections; those that are open go on.
    package func stop() {
        state.withLock { $0.isStopped = true }
        shutdown(listener, CInt(SHUT_RDWR))
        do { try FileManager.default.removeItem(atPath: folder) } catch { print("left behind: \(folder)") }
    }

    private func accept() {
        while !state.withLock({ $0.isStopped }) {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let thread = Thread { [self] in pass(client) }
            thread.start()
        }
    }

    /// Passes bytes both ways until one side ends or the connection is cut.
    private func pass(_ client: CInt) {
        let server = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        defer { for end in [client, server] { close(end) } }
        let isConnected = unsafe Self.withAddress(upstream) { address, length in
            unsafe connect(server, address, length) == 0
        }
        guard isConnected else { return }
        var messages = ClientMessages()
        while true {
            var watched = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&watched, 2, -1) > 0 else { return }
            if watched[1].revents != 0, !Self.forward(Self.receive(server), to: client) { return }
            guard watched[0].revents != 0 else { continue }
            let bytes = Self.receive(client)
            let cut = messages.endCommit(in: bytes) ? state.withLock { $0.takeCut() } : nil
            switch cut {
            case nil: if !Self.forward(bytes, to: server) { return }
            case .before: return
            case .hold:
                while !Self.receive(client).isEmpty { continue }
                return
            case .keep:
                _ = Self.forward(bytes, to: server)
                _ = Self.receive(server)
                state.withLock { $0.cutCount += 1 }
                while !Self.receive(client).isEmpty { continue }
                return
            case .after:
                _ = Self.forward(bytes, to: server)
                _ = Self.receive(server)
                return
            case .during:
                _ = Self.forward(bytes, to: server)
                shutdown(client, CInt(SHUT_RDWR))
                // The server answers once it is done.
                _ = Self.receive(server)
                return
            }
        }
    }

    private static func receive(_ socket: CInt) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(socket, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }

    /// Returns false at the end of the stream.
    private static func forward(_ bytes: [UInt8], to socket: CInt) -> Bool {
        guard !bytes.isEmpty else { return false }
        var sent = 0
        while sent < bytes.count {
            let rest = Array(bytes[sent...])
            let count = unsafe send(socket, rest, rest.count, CInt(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private static func withAddress<Value>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        precondition(bytes.count < 108, "a socket's path is short")
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

extension CuttingProxy.State {
    /// What becomes of the COMMIT that is here; nil where it goes through.
    fileprivate mutating func takeCut() -> CuttingProxy.Cut? {
        commitCount += 1
        guard let now = cut else { return nil }
        guard skipped == 0 else {
            skipped -= 1
            return nil
        }
        // What is carried out first counts once it is.
        if now != .keep { cutCount += 1 }
        cut = nil
        return now
    }
}

/// What a client sends, as far as it takes to know its COMMIT of what it wrote: `Parse` gives that statement a name,
/// `Bind` uses it (PostgreSQL, section 55.7).
private struct ClientMessages {
    private var rest: [UInt8] = []
    private var isStarted = false
    private var commit: [UInt8]?
    /// How transactions that write are begun.
    private var begin: [UInt8]?
    private var isWriting = false

    /// Whether the bytes bring a COMMIT of a transaction that writes.
    mutating func endCommit(in bytes: [UInt8]) -> Bool {
        rest += bytes
        var isCommit = false
        while true {
            // The first message has no letter before its length.
            let start = isStarted ? 1 : 0
            guard rest.count >= start + 4 else { return isCommit }
            let length = rest[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= start + length else { return isCommit }
            let body = rest[(start + 4)..<(start + length)]
            if isStarted, read(rest[0], Array(body)) { isCommit = true }
            rest.removeFirst(start + length)
            isStarted = true
        }
    }

    private mutating func read(_ letter: UInt8, _ body: [UInt8]) -> Bool {
        let parts = body.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count > 1 else { return false }
        switch letter {
        case UInt8(ascii: "P"):
            if parts[1] == Array("COMMIT".utf8) { commit = parts[0] }
            if parts[1].starts(with: Array("BEGIN".utf8)), parts[1].suffix(10) == Array("READ WRITE".utf8)[...] {
                begin = parts[0]
            }
            return false
        case UInt8(ascii: "B"):
            if parts[1] == begin { isWriting = true }
            guard parts[1] == commit, isWriting else { return false }
            isWriting = false
            return true
        default: return false
        }
    }
}
