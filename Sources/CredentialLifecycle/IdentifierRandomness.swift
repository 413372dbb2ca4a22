internal import OpenSSLCrypto
internal import Synchronization

/// The random part of ids, drawn from the system's source for many at once: each request has an id, and each draw takes
/// locks and system calls. Ids are no secrets; what is one is drawn by itself.
final class IdentifierRandomness: Sendable {
    private static let byteCount = 10
    private static let drawnAtOnce = 256

    private let stock = Mutex<ArraySlice<UInt8>>([])
    private let source: RandomSource

    init(_ source: @escaping RandomSource) { self.source = source }

    /// Ten bytes that nobody was given before.
    func bytes() throws(CryptoError) -> [UInt8] {
        try stock.withLock { (stock) throws(CryptoError) in
            if stock.isEmpty { stock = try source(Self.byteCount * Self.drawnAtOnce)[...] }
            defer { stock.removeFirst(Self.byteCount) }
            return Array(stock.prefix(Self.byteCount))
        }
    }
}
