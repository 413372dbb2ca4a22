/// Changes inputs as a fuzzer does: bits, bytes, lengths, pieces of others, words that parsers look for.
struct Mutator {
    private var random: SplitMix64
    private let tokens: [[UInt8]]
    private let bytesMax: Int

    init(seed: UInt64, bytesMax: Int) {
        random = SplitMix64(state: seed)
        tokens = Self.dictionary
        self.bytesMax = bytesMax
    }

    /// One of the pool, changed one to eight times; never longer than the limit.
    mutating func next(from pool: [[UInt8]]) -> [UInt8] {
        var bytes = pick(pool)
        for _ in 0..<(1 << below(4)) { change(&bytes, pool) }
        if bytes.count > bytesMax { bytes.removeLast(bytes.count - bytesMax) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ pool: [[UInt8]]) {
        guard !bytes.isEmpty else {
            bytes = pick(tokens)
            return
        }
        let place = below(bytes.count)
        switch below(12) {
        case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
        case 2: bytes[place] = UInt8(below(256))
        case 3: bytes[place] = pick([0x00, 0x7F, 0x80, 0xFF, 0x30, 0x22, 0x2E, 0x20, 0x0A])
        case 4: bytes[place] = bytes[place] &+ (below(2) == 0 ? 1 : 255)
        case 5: bytes.insert(UInt8(below(256)), at: place)
        case 6: bytes.removeSubrange(place..<min(place + 1 + below(8), bytes.count))
        case 7: bytes.removeSubrange(place...)
        case 8:
            let piece = bytes[place..<min(place + 1 + below(64), bytes.count)]
            bytes.insert(contentsOf: piece, at: below(bytes.count + 1))
        case 9:
            let other = pick(pool)
            guard !other.isEmpty else { return }
            bytes.replaceSubrange(place..., with: other[below(other.count)...])
        case 10: bytes.insert(contentsOf: pick(tokens), at: place)
        default:
            let token = pick(tokens)
            bytes.replaceSubrange(place..<min(place + token.count, bytes.count), with: token)
        }
    }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    private mutating func pick<Element>(_ all: [Element]) -> Element { all[below(all.count)] }

    /// What parsers here look for, and what parsers elsewhere stumbled over.
    private static let dictionary: [[UInt8]] =
        [
            "\"", "{", "}", "[", "]", ":", ",", ".", "/", "=", "&", "%", "%00", "+", "-", "_", "~", "\n", "\r\n", "\t",
            "null", "true", "-0", "1e300", "-1", "9007199254740993", "9223372036854775807", "9223372036854775808",
            "\\u0000", "\\ud800", "\\u212a", "\u{212A}", "e\u{301}", "\u{FEFF}", "\u{202E}", "alg", "kid", "crit",
            "none", "aud", "exp", "jwk", "oct", "RSA", "-----BEGIN ", "-----END ", "&a", "*a", "!!str ", "<<: ", "- ",
            "tenure/1", "— ", "x001", ".p/", "::", "::ffff:", "/0", "/128", "fe80::1%lo", "0x7f.1", "2026-02-30T", "Z",
        ].map { Array($0.utf8) }
        + [
            [0x30, 0x80], [0x30, 0x81, 0x01], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x82, 0x7F, 0xFF],
            [0x00, 0x00],
            [0x02, 0x01, 0x00], [0x02, 0x02, 0x00, 0x01], [0x03, 0x01, 0x00], [0x03, 0x02, 0x07, 0x80], [0x05, 0x00],
            [0x06, 0x01, 0x80], [0x0C, 0x01, 0x00], [0x1F, 0x81, 0x00], [0x31, 0x00], [0xA0, 0x00], [0xC3, 0x28],
            [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFE],
        ]
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same inputs.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
