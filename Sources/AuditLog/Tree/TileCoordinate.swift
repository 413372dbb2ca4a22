/// Where a tile lies: up to 256 neighbouring hashes of one level of the tree (C2SP tlog-tiles, height 8).
///
/// A tile of level L holds nodes of tree level 8L: a tile of level 0 holds leaf hashes, one of level 1 the roots of
/// complete tiles of level 0.
package struct TileCoordinate: Hashable, Sendable {
    /// How many hashes a complete tile holds.
    package static let fullWidth = 256
    /// The highest level that a log of 2^53 entries can have.
    package static let levelMax = 6

    package let level: Int
    package let index: Int64
    /// How many hashes: 1 to 255 of a partial tile, 256 of a complete one.
    package let width: Int

    /// - Precondition: the level is 0 to 6, the width 1 to 256, and a log of 2^53 entries has the tile.
    package init(level: Int, index: Int64, width: Int = fullWidth) {
        precondition(Self.isPossible(level: level, index: index, width: width), "no such tile")
        self.level = level
        self.index = index
        self.width = width
    }

    /// Whether a tree of this size has the tile, complete or partial, in this width or a larger one.
    package func exists(inTreeOf size: Int64) -> Bool {
        index * Int64(Self.fullWidth) + Int64(width) <= size >> Int64(8 * level)
    }

    /// The tiles that are complete in a tree of `newSize` and were not in one of `oldSize`: lower levels first, so that
    /// each can be made of those before it.
    package static func completed(growingFrom oldSize: Int64, to newSize: Int64) -> [TileCoordinate] {
        precondition(0 <= oldSize && oldSize <= newSize && newSize <= Frontier.sizeMax, "a log only grows")
        var tiles: [TileCoordinate] = []
        for level in 0...levelMax {
            let shift = Int64(8 * (level + 1))
            for index in (oldSize >> shift)..<(newSize >> shift) {
                tiles.append(TileCoordinate(level: level, index: index))
            }
        }
        return tiles
    }

    /// The complete tiles of the level below whose roots this one holds, from left to right; none of level 0.
    package var children: [TileCoordinate] {
        guard level > 0 else { return [] }
        let first = index * Int64(Self.fullWidth)
        return (0..<Int64(width)).map { TileCoordinate(level: level - 1, index: first + $0) }
    }

    private static func isPossible(level: Int, index: Int64, width: Int) -> Bool {
        (0...levelMax).contains(level) && (0...(Frontier.sizeMax >> 8)).contains(index)
            && (1...fullWidth).contains(width)
            && index * Int64(fullWidth) + Int64(width) <= Frontier.sizeMax >> Int64(8 * level)
    }
}

extension TileCoordinate {
    /// `tile/0/x001/x234/067`, and `.p/112` after it for a partial tile.
    package var path: String { "tile/" + String(level) + "/" + Self.encoded(index) + partialSuffix }

    /// `tile/entries/x001/x234/067` likewise: the bundle of the entries under a tile of level 0.
    package var entriesPath: String { "tile/entries/" + Self.encoded(index) + partialSuffix }

    /// Parses the text of `path`, and no other spelling of it; nil for anything else.
    package init?(path: String) {
        guard path.utf8.count <= 64 else { return nil }
        var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        guard parts.count >= 3, parts[0] == Array("tile".utf8), let level = Self.number(parts[1][...]) else {
            return nil
        }
        parts.removeFirst(2)
        var width: Int64 = Int64(Self.fullWidth)
        if parts.count >= 2, parts[parts.count - 2].suffix(2) == Array(".p".utf8)[...] {
            guard let partial = Self.number(parts.removeLast()[...]), partial < width else { return nil }
            width = partial
            parts[parts.count - 1].removeLast(2)
        }
        var index: Int64 = 0
        guard parts.count <= 6 else { return nil }
        for part in parts {
            guard let group = Self.number(part.first == UInt8(ascii: "x") ? part.dropFirst() : part[...]) else {
                return nil
            }
            index = index * 1000 + group
        }
        guard let level = Int(exactly: level), let width = Int(exactly: width),
            Self.isPossible(level: level, index: index, width: width)
        else { return nil }
        self.init(level: level, index: index, width: width)
        guard self.path.utf8.elementsEqual(path.utf8) else { return nil }
    }

    private var partialSuffix: String { width == Self.fullWidth ? "" : ".p/" + String(width) }

    /// Groups of three digits, all but the last with an `x` before them.
    private static func encoded(_ index: Int64) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.utf8.count) + digits)
            rest /= 1000
        } while rest > 0
        return groups.enumerated().reversed().map { ($0 > 0 ? "x" : "") + $1 }.joined(separator: "/")
    }

    /// One to three digits.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard (1...3).contains(digits.count) else { return nil }
        var number: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
