/// A hash of 32 bytes as a plain value: it costs no allocation, compares and hashes quickly, and fits any table.
package struct Digest32: Hashable, Sendable {
    // The bytes in their order in memory; the words mean nothing by themselves.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Thirty-two zero bytes.
    package init() {}

    /// Takes exactly 32 bytes; anything else gives nil.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyBytes(from: bytes) }
    }

    /// Takes exactly 32 bytes; anything else gives nil.
    package init?(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// Takes exactly 32 bytes; anything else gives nil. Not by the generic way, which costs more than hashing them.
    package init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == 32 else { return nil }
        unsafe bytes.withUnsafeBytes { source in
            unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyMemory(from: source) }
        }
    }

    /// The 32 bytes.
    package var bytes: [UInt8] { unsafe Swift.withUnsafeBytes(of: words) { unsafe [UInt8]($0) } }

    /// Appends the 32 bytes to `array`.
    package func append(to array: inout [UInt8]) {
        unsafe Swift.withUnsafeBytes(of: words) { unsafe array.append(contentsOf: $0) }
    }

    /// Compares all 32 bytes, not in constant time: hashes are no secrets.
    package static func == (left: Digest32, right: Digest32) -> Bool { left.words == right.words }

    /// Hashes what equality compares.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }

    /// Lends the 32 bytes.
    func withUnsafeBytes<R>(_ body: (UnsafePointer<UInt8>?) -> R) -> R {
        unsafe Swift.withUnsafeBytes(of: words) { unsafe body($0.assumingMemoryBound(to: UInt8.self).baseAddress) }
    }

    /// Lets a function of libcrypto that fails on a bug alone write the 32 bytes.
    mutating func fill(_ body: (UnsafeMutablePointer<UInt8>?) -> Int32) {
        let status = unsafe withUnsafeMutableBytes(of: &words) {
            unsafe body($0.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
        precondition(status == 0, "libcrypto could not hash")
    }
}

extension Digest32: CustomStringConvertible {
    /// The 64 lower-case hex digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
