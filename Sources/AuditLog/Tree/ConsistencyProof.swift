internal import OpenSSLCrypto

/// Shows that a tree extends an earlier one: nothing in it was changed, dropped or moved (RFC 9162, section 2.1.4).
package struct ConsistencyProof: Hashable, Sendable {
    package let oldSize: Int64
    package let newSize: Int64
    /// 32 bytes each; empty where the sizes are equal or the old tree is empty.
    package let path: [[UInt8]]

    package init(oldSize: Int64, newSize: Int64, path: [[UInt8]]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.path = path
    }

    /// Whether the tree with the new root extends the one with the old root (RFC 9162, section 2.1.4.2).
    ///
    /// Every tree extends the empty one, whose root is SHA-256 of nothing.
    package func verifies(oldRoot: [UInt8], newRoot: [UInt8]) -> Bool {
        guard oldSize >= 0, oldSize <= newSize, newSize <= Frontier.sizeMax else { return false }
        if oldSize == newSize { return path.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return path.isEmpty && oldRoot == Frontier().root }
        var steps = path[...]
        var old = oldSize - 1
        var new = newSize - 1
        while old & 1 == 1 {
            old >>= 1
            new >>= 1
        }
        // Where the old tree is complete, its root is the first hash and is not repeated in the proof.
        guard let first = Digest32(old == 0 ? oldRoot : steps.popFirst() ?? []) else { return false }
        var oldHash = first
        var newHash = first
        for step in steps {
            guard let step = Digest32(step), new > 0 else { return false }
            if old & 1 == 1 || old == new {
                oldHash = SHA256.nodeHash(step, oldHash)
                newHash = SHA256.nodeHash(step, newHash)
                while old & 1 == 0, old > 0 {
                    old >>= 1
                    new >>= 1
                }
            } else {
                newHash = SHA256.nodeHash(newHash, step)
            }
            old >>= 1
            new >>= 1
        }
        return new == 0 && oldHash.bytes == oldRoot && newHash.bytes == newRoot
    }

    /// Makes the proof between two sizes, reading each tile that it needs once (RFC 9162, section 2.1.4.1).
    ///
    /// - Parameter tile: returns the hashes of a tile of the *new* tree, complete or partial, one after another.
    /// - Throws: `outOfRange` unless 0 ≤ oldSize ≤ newSize ≤ 2^53, and what concerns the tiles.
    package static func make<Source: Error>(
        from oldSize: Int64, to newSize: Int64, tile: @escaping (TileCoordinate) throws(Source) -> [UInt8]
    ) throws(ProofError<Source>) -> ConsistencyProof {
        guard oldSize >= 0, oldSize <= newSize, newSize <= Frontier.sizeMax else { throw .outOfRange }
        guard oldSize > 0, oldSize < newSize else {
            return ConsistencyProof(oldSize: oldSize, newSize: newSize, path: [])
        }
        var reader = TileReader(size: newSize, tile: tile)
        var parts: [(start: Int64, end: Int64)] = []
        var start: Int64 = 0
        var end = newSize
        var isWholeOldTree = true
        while end > oldSize {
            let middle = start + split(end - start)
            if oldSize <= middle {
                parts.append((middle, end))
                end = middle
            } else {
                parts.append((start, middle))
                start = middle
                isWholeOldTree = false
            }
        }
        if !isWholeOldTree { parts.append((start, end)) }
        var path: [[UInt8]] = []
        for part in parts.reversed() { path.append(try reader.root(from: part.start, to: part.end).bytes) }
        return ConsistencyProof(oldSize: oldSize, newSize: newSize, path: path)
    }
}
