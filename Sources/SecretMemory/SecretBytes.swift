internal import Glibc

/// Secret bytes in one owned allocation, wiped when the last reference goes.
///
/// The bytes are never copied by passing this object around, never described, and compared in constant time only.
/// The type is not `Codable`, and its mirror is empty, so that no encoder, log line or `dump` can carry them out.
///
/// The allocation is an ordinary one. Locking or marking whole pages would cost four system calls for each secret
/// and 4 KiB of memory each; core dumps and swap are switched off for the process as a whole instead.
@safe package final class SecretBytes: Sendable {
    // Written only while initializing, before any other reference exists, and in `deinit`, after the last one went.
    // In between nobody can write: `withBytes` hands out a read-only span. So sharing it between threads is safe.
    private nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer

    /// The number of bytes.
    package let count: Int

    /// Allocates `count` zero bytes, at least none, and lets `body` fill them.
    ///
    /// - Throws: what `body` throws; the bytes have been wiped by then.
    package init<E: Error>(
        count: Int,
        initializingWith body: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        precondition(count >= 0, "a secret cannot have a negative length")
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        unsafe storage.initializeMemory(as: UInt8.self, repeating: 0)
        do {
            try unsafe body(storage)
        } catch {
            unsafe SecretBytes.wipe(storage)
            unsafe storage.deallocate()
            throw error
        }
        unsafe self.storage = storage
        self.count = count
    }

    /// Takes the bytes over and leaves an empty array behind.
    ///
    /// The array must be uniquely referenced: where another copy shares its buffer, that copy stays as it is.
    package convenience init(wiping bytes: inout [UInt8]) {
        unsafe self.init(count: bytes.count) { buffer in
            unsafe bytes.withUnsafeMutableBytes { source in
                unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(source))
                unsafe SecretBytes.wipe(source)
            }
        }
        bytes = []
    }

    deinit {
        unsafe SecretBytes.wipe(storage)
        unsafe storage.deallocate()
    }

    /// Lends the bytes to `body`, which must not let them out.
    ///
    /// - Throws: what `body` throws.
    package func withBytes<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let bytes = unsafe Span<UInt8>(
            _unsafeElements: UnsafeRawBufferPointer(storage).assumingMemoryBound(to: UInt8.self))
        return try body(bytes)
    }

    /// Whether both hold the same bytes. Takes the same time wherever they differ; the lengths are not secret.
    package func equals(_ other: SecretBytes) -> Bool {
        withBytes { mine in other.withBytes { theirs in constantTimeEqual(mine, theirs) } }
    }

    /// Overwrites memory in a way that the optimizer may not drop.
    private static func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let start = buffer.baseAddress else { return }
        unsafe explicit_bzero(start, buffer.count)
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The length and nothing else, as `<secret, 32 bytes>`.
    // defence: T45 becomes: package var description: String { "\(withBytes { s in s.indices.map { s[$0] } })" }
    package var description: String { "<secret, \(count) bytes>" }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// A mirror without children: `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
