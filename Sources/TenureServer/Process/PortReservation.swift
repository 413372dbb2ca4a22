internal import Glibc
internal import TenureAPI

/// A port that is bound and not listened on, from when it is chosen until the listener has it: addresses that depend on
/// the port, such as the issuer's, are made before anything listens.
final class PortReservation: Sendable {
    let port: Int
    private let file: Int32

    /// Binds a port at an address; 0 picks a free one.
    ///
    /// - Throws: `unavailable` where somebody listens there.
    init(_ address: ListenAddress) throws(StartFailure) {
        let host = address.host == "localhost" ? "127.0.0.1" : address.host
        let isIPv6 = host.utf8.contains(UInt8(ascii: ":"))
        let file = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { throw StartFailure(.fault, "no socket: \(ProtectedFile.reason())") }
        var yes: Int32 = 1
        // The listener sets the same, so that both may be bound while neither listens.
        _ = unsafe setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let bound = isIPv6 ? Self.bind6(file, host, address.port) : Self.bind4(file, host, address.port)
        guard let bound else {
            let error = errno
            close(file)
            switch error {
            case EADDRINUSE:
                throw StartFailure(
                    .unavailable,
                    "\(address.text) is in use by another program: stop it, or choose another port (0 picks a free one)"
                )
            case EACCES:
                throw StartFailure(.fault, "\(address.text) may not be listened on: choose a port from 1024 up")
            case EADDRNOTAVAIL:
                throw StartFailure(.usage, "\(host) is no address of this machine")
            default:
                throw StartFailure(.fault, "\(address.text) cannot be listened on: \(ProtectedFile.reason(error))")
            }
        }
        self.file = file
        port = bound
    }

    deinit { close(file) }

    private static func bind4(_ file: Int32, _ host: String, _ port: Int) -> Int? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(file, $0, length) == 0 && getsockname(file, $0, &length) == 0
            }
        }
        return isBound ? Int(in_port_t(bigEndian: address.sin_port)) : nil
    }

    private static func bind6(_ file: Int32, _ host: String, _ port: Int) -> Int? {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(truncatingIfNeeded: port).bigEndian
        guard unsafe inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else { return nil }
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(file, $0, length) == 0 && getsockname(file, $0, &length) == 0
            }
        }
        return isBound ? Int(in_port_t(bigEndian: address.sin6_port)) : nil
    }
}
