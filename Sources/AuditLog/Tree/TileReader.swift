internal import OpenSSLCrypto

/// Why a proof could not be made.
package enum ProofError<Source: Error>: Error {
    /// No such entry, or no such tree.
    case outOfRange
    /// A tile does not hold as many hashes as its width.
    case malformedTile(TileCoordinate)
    /// Reading a tile failed.
    case source(Source)
}

extension ProofError: Equatable where Source: Equatable {}
extension ProofError: Hashable where Source: Hashable {}
extension ProofError: Sendable where Source: Sendable {}

/// Reads nodes of a tree of one size out of tiles, each of which it asks for once.
struct TileReader<Source: Error> {
    private let size: Int64
    private let tile: (TileCoordinate) throws(Source) -> [UInt8]
    private var tiles: [TileCoordinate: [UInt8]] = [:]

    init(size: Int64, tile: @escaping (TileCoordinate) throws(Source) -> [UInt8]) {
        self.size = size
        self.tile = tile
    }

    /// The root over the leaves from `start` up to `end`, which must be the right part of a split of RFC 6962, or a
    /// complete subtree: `start` is then a multiple of the first subtree's size.
    mutating func root(from start: Int64, to end: Int64) throws(ProofError<Source>) -> Digest32 {
        var subtrees: [Digest32] = []
        var place = start
        while place < end {
            let height = Int64(63 - (end - place).leadingZeroBitCount)
            subtrees.append(try node(level: height, index: place >> height))
            place += 1 << height
        }
        guard var root = subtrees.popLast() else { throw .outOfRange }
        while let left = subtrees.popLast() { root = SHA256.nodeHash(left, root) }
        return root
    }

    /// The root of a complete subtree of 2^`level` leaves.
    private mutating func node(level: Int64, index: Int64) throws(ProofError<Source>) -> Digest32 {
        let tileLevel = min(Int(level) / 8, TileCoordinate.levelMax)
        let height = Int(level) - 8 * tileLevel
        let first = index << Int64(height)
        let coordinate = tileCoordinate(level: tileLevel, index: first >> 8)
        let hashes: [UInt8]
        if let known = tiles[coordinate] {
            hashes = known
        } else {
            hashes = try read(coordinate)
            tiles[coordinate] = hashes
        }
        guard let node = MerkleTree.node(height: height, at: Int(first & 255), inTile: hashes) else {
            throw .malformedTile(coordinate)
        }
        return node
    }

    private func tileCoordinate(level: Int, index: Int64) -> TileCoordinate {
        let available = (size >> Int64(8 * level)) - index * Int64(TileCoordinate.fullWidth)
        return TileCoordinate(level: level, index: index, width: Int(min(Int64(TileCoordinate.fullWidth), available)))
    }

    private func read(_ coordinate: TileCoordinate) throws(ProofError<Source>) -> [UInt8] {
        let hashes: [UInt8]
        do throws(Source) {
            hashes = try tile(coordinate)
        } catch {
            throw .source(error)
        }
        guard hashes.count == coordinate.width * 32 else { throw .malformedTile(coordinate) }
        return hashes
    }
}

/// The largest power of two below `count`, which is at least 2: where RFC 6962 splits a tree.
func split(_ count: Int64) -> Int64 { 1 << Int64(63 - (count - 1).leadingZeroBitCount) }
