internal import Dispatch
internal import Federation
internal import Glibc
internal import Synchronization
internal import TenureModel

/// Asks the system's resolver for the addresses of a name, on a thread of its own and within a deadline.
enum HostResolution {
    /// More than any issuer has; a longer answer is refused.
    static let addressesMax = 64

    private static let queue = DispatchQueue(label: "tenure.resolver", attributes: .concurrent)
    /// How many threads may wait for the resolver at once.
    private static let waiting = Atomic<Int>(0)
    private static let waitingMax = 8

    /// All addresses of a host; at least one.
    static func addresses(of host: String, seconds: Int64) async throws(KeySourceError) -> [IPAddressText] {
        guard waiting.add(1, ordering: .relaxed).newValue <= waitingMax else {
            waiting.subtract(1, ordering: .relaxed)
            throw .unreachable("too many names are being resolved")
        }
        let result: Result<[IPAddressText], KeySourceError> = await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            queue.async {
                answer.give(lookUp(host))
                waiting.subtract(1, ordering: .relaxed)
            }
            queue.asyncAfter(deadline: .now() + .seconds(Int(clamping: seconds))) {
                answer.give(.failure(.unreachable("the name was not resolved in time")))
            }
        }
        return try result.get()
    }

    private static func lookUp(_ host: String) -> Result<[IPAddressText], KeySourceError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_family = AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else {
            return .failure(.unreachable("the name has no address"))
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [IPAddressText] = []
        var next = unsafe list
        while let entry = unsafe next {
            var text = [CChar](repeating: 0, count: 128)
            let code = unsafe getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // An address with a zone is link-local: no parser of ours takes it, and the whole name is refused.
            guard code == 0, let address = try? IPAddressText(name), found.count < addressesMax else {
                return .failure(.unreachable("the name has an address that is not acceptable"))
            }
            if !found.contains(address) { found.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return found.isEmpty ? .failure(.unreachable("the name has no address")) : .success(found)
    }

    /// The first of two answers counts.
    private final class FirstAnswer: Sendable {
        typealias Continuation = CheckedContinuation<Result<[IPAddressText], KeySourceError>, Never>

        private let continuation: Mutex<Continuation?>

        init(_ continuation: Continuation) { self.continuation = Mutex(continuation) }

        func give(_ result: Result<[IPAddressText], KeySourceError>) {
            let taken = continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }
            taken?.resume(returning: result)
        }
    }
}
