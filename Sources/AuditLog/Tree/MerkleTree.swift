internal import OpenSSLCrypto

/// The Merkle tree of RFC 6962, section 2.1, over hashes that somebody else keeps.
package enum MerkleTree {
    /// Returns SHA-256(0x00 ‖ `data`).
    package static func leafHash(_ data: [UInt8]) -> [UInt8] { SHA256.leafHash(data).bytes }

    /// Returns the root over whole leaves, in their order: 32 bytes.
    package static func root(of leaves: some Sequence<[UInt8]>) -> [UInt8] {
        var frontier = Frontier()
        for leaf in leaves { frontier.append(SHA256.leafHash(leaf)) }
        return frontier.root
    }

    /// Returns the root of a complete tile, which stands in the tile above: 32 bytes; nil where `tile` is none.
    ///
    /// - Parameter tile: 256 hashes one after another.
    package static func root(ofTile tile: [UInt8]) -> [UInt8]? {
        guard tile.count == TileCoordinate.fullWidth * 32 else { return nil }
        return node(height: 8, at: 0, inTile: tile)?.bytes
    }

    /// The root of the complete subtree of 2^`height` hashes that starts at `offset` hashes into the tile.
    static func node(height: Int, at offset: Int, inTile tile: [UInt8]) -> Digest32? {
        let count = 1 << height
        guard offset >= 0, (offset + count) * 32 <= tile.count else { return nil }
        var nodes: [Digest32] = []
        nodes.reserveCapacity(count)
        for place in offset..<(offset + count) {
            guard let node = Digest32(tile[(place * 32)..<(place * 32 + 32)]) else { return nil }
            nodes.append(node)
        }
        while nodes.count > 1 {
            for place in 0..<(nodes.count / 2) {
                nodes[place] = SHA256.nodeHash(nodes[2 * place], nodes[2 * place + 1])
            }
            nodes.removeLast(nodes.count / 2)
        }
        return nodes[0]
    }
}

/// Makes complete tiles out of a stream of leaf hashes, from the first leaf on: to write them, or to compare those that
/// are stored with what they ought to be. Holds at most 255 hashes for each level.
package struct TileAssembler: Sendable {
    private var pending: [[UInt8]] = []
    private var counts: [Int64] = []

    package init() {}

    /// Adds the next leaf hash, 32 bytes, and returns the tiles that it completes, the lowest level first.
    package mutating func append(leafHash: [UInt8]) -> [(coordinate: TileCoordinate, hashes: [UInt8])] {
        precondition(leafHash.count == 32, "a leaf hash has 32 bytes")
        var completed: [(coordinate: TileCoordinate, hashes: [UInt8])] = []
        var hash = leafHash
        var level = 0
        while level <= TileCoordinate.levelMax {
            if pending.count == level {
                pending.append([])
                counts.append(0)
            }
            pending[level].append(contentsOf: hash)
            guard pending[level].count == TileCoordinate.fullWidth * 32,
                let root = MerkleTree.root(ofTile: pending[level])
            else { break }
            completed.append((TileCoordinate(level: level, index: counts[level]), pending[level]))
            pending[level].removeAll(keepingCapacity: true)
            counts[level] += 1
            hash = root
            level += 1
        }
        return completed
    }
}
