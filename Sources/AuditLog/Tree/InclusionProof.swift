internal import OpenSSLCrypto

/// Shows that an entry is in a tree (RFC 9162, section 2.1.3).
package struct InclusionProof: Hashable, Sendable {
    package let index: Int64
    /// The size of the tree.
    package let size: Int64
    /// The hashes from the leaf's neighbour up to the root's child, 32 bytes each.
    package let path: [[UInt8]]

    package init(index: Int64, size: Int64, path: [[UInt8]]) {
        self.index = index
        self.size = size
        self.path = path
    }

    /// Whether the leaf has this place in the tree with this root (RFC 9162, section 2.1.3.2).
    package func verifies(leafHash: [UInt8], root: [UInt8]) -> Bool {
        guard index >= 0, index < size, size <= Frontier.sizeMax, var hash = Digest32(leafHash) else { return false }
        var place = index
        var last = size - 1
        for step in path {
            guard let step = Digest32(step), last > 0 else { return false }
            if place & 1 == 1 || place == last {
                hash = SHA256.nodeHash(step, hash)
                while place & 1 == 0, place > 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                hash = SHA256.nodeHash(hash, step)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && hash.bytes == root
    }

    /// Makes the proof for one entry in a tree of `size`, reading each tile that it needs once (RFC 9162, section
    /// 2.1.3.1).
    ///
    /// - Parameter tile: returns the hashes of a tile, complete or partial, one after another.
    /// - Throws: `outOfRange` unless 0 ≤ index < size ≤ 2^53, and what concerns the tiles.
    package static func make<Source: Error>(
        index: Int64, size: Int64, tile: @escaping (TileCoordinate) throws(Source) -> [UInt8]
    ) throws(ProofError<Source>) -> InclusionProof {
        guard index >= 0, index < size, size <= Frontier.sizeMax else { throw .outOfRange }
        var reader = TileReader(size: size, tile: tile)
        var siblings: [(start: Int64, end: Int64)] = []
        var start: Int64 = 0
        var end = size
        while end - start > 1 {
            let middle = start + split(end - start)
            if index < middle {
                siblings.append((middle, end))
                end = middle
            } else {
                siblings.append((start, middle))
                start = middle
            }
        }
        var path: [[UInt8]] = []
        for sibling in siblings.reversed() {
            path.append(try reader.root(from: sibling.start, to: sibling.end).bytes)
        }
        return InclusionProof(index: index, size: size, path: path)
    }
}
