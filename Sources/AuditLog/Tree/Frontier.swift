internal import OpenSSLCrypto

/// The right edge of a Merkle tree (RFC 6962, section 2.1): the roots of its largest complete subtrees, from left to
/// right. It is all that is needed to append leaves and to know the root, and never holds more than 62 hashes.
package struct Frontier: Hashable, Sendable {
    /// The largest number of leaves (FORMATS, section 3: a log may not grow past 2^53).
    package static let sizeMax: Int64 = 1 << 53

    /// How many leaves the tree has.
    package private(set) var size: Int64
    /// One for each bit that is set in `size`, the highest bit first.
    private var nodes: [Digest32]

    /// The empty tree.
    package init() {
        size = 0
        nodes = []
    }

    /// Appends a leaf by its hash, SHA-256(0x00 ‖ body).
    package mutating func append(leafHash: [UInt8]) {
        guard let hash = Digest32(leafHash) else { preconditionFailure("a leaf hash has 32 bytes") }
        append(hash)
    }

    mutating func append(_ leaf: Digest32) {
        precondition(size < Self.sizeMax, "a log may not grow past 2^53 entries")
        var node = leaf
        var full = size
        while full & 1 == 1 {
            node = SHA256.nodeHash(nodes.removeLast(), node)
            full >>= 1
        }
        nodes.append(node)
        size += 1
    }

    /// The root: 32 bytes; of the empty tree SHA-256 of nothing.
    package var root: [UInt8] { rootDigest.bytes }

    var rootDigest: Digest32 {
        guard var root = nodes.last else { return SHA256.digest([UInt8]()) }
        for node in nodes.dropLast().reversed() { root = SHA256.nodeHash(node, root) }
        return root
    }

    /// For the head row: the size in 8 bytes, big-endian, then 32 bytes for each of its bits that is set.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + nodes.count * 32)
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: size >> Int64(shift)))
        }
        for node in nodes { node.append(to: &bytes) }
        return bytes
    }

    /// Reads what `encoded` gave; nil for anything else. Whether it is the frontier of the log, only the root can say.
    package init?(encoded: [UInt8]) {
        guard encoded.count >= 8 else { return nil }
        var size: UInt64 = 0
        for byte in encoded[0..<8] { size = size << 8 | UInt64(byte) }
        guard size <= UInt64(Self.sizeMax), encoded.count == 8 + size.nonzeroBitCount * 32 else { return nil }
        var nodes: [Digest32] = []
        for start in stride(from: 8, to: encoded.count, by: 32) {
            guard let node = Digest32(encoded[start..<(start + 32)]) else { return nil }
            nodes.append(node)
        }
        self.size = Int64(size)
        self.nodes = nodes
    }
}
