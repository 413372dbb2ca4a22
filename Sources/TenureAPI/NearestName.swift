/// Finds the name that somebody meant who wrote another one.
package enum NearestName {
    /// Longer names are not compared: the work grows with the product of the lengths.
    private static let bytesMax = 64

    /// The known name at the smallest edit distance, at most two fifths of the length of what was written and never
    /// more than four; the first of several. Nil where none is so near.
    package static func of(_ written: String, among known: [String]) -> String? {
        guard (1...bytesMax).contains(written.utf8.count) else { return nil }
        let allowed = min(4, max(1, written.utf8.count * 2 / 5))
        var best: (name: String, distance: Int)?
        for name in known where name.utf8.count <= bytesMax {
            let distance = distance(Array(written.utf8), Array(name.utf8))
            if distance <= allowed, distance < (best?.distance ?? Int.max) { best = (name, distance) }
        }
        return best?.name
    }

    /// Levenshtein's distance, of which two neighbours that changed places cost one (optimal string alignment).
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        guard !one.isEmpty, !other.isEmpty else { return max(one.count, other.count) }
        var beforeLast = [Int](repeating: 0, count: other.count + 1)
        var last = Array(0...other.count)
        for row in 1...one.count {
            var current = [row] + [Int](repeating: 0, count: other.count)
            for column in 1...other.count {
                let cost = one[row - 1] == other[column - 1] ? 0 : 1
                current[column] = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
                    current[column] = min(current[column], beforeLast[column - 2] + 1)
                }
            }
            (beforeLast, last) = (last, current)
        }
        return last[other.count]
    }
}
