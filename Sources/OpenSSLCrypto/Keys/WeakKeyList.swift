/// RSA keys that others have too, by fingerprint: those of Debian's predictable generator (CVE-2008-0166), or whatever
/// else was published. In the form of the package `openssl-blacklist`: a line holds the last ten bytes of the SHA-1
/// over what `openssl rsa -modulus` prints, as hexadecimal digits; empty lines and those with `#` in front say nothing.
package struct WeakKeyList: Hashable, Sendable {
    /// The largest file; that of all 2,048-bit keys of Debian's generator has some 6 MiB.
    package static let fileBytesMax = 16 * 1024 * 1024
    /// The most fingerprints, of all files.
    package static let countMax = 1_000_000
    /// No fingerprint.
    package static let none = WeakKeyList([])

    private static let hexDigits = 20
    private static let commentBytesMax = 1_024

    /// Ascending and without repetition, ten bytes each.
    private let packed: [UInt8]

    private init(_ fingerprints: [Fingerprint]) {
        var packed: [UInt8] = []
        packed.reserveCapacity(fingerprints.count * Fingerprint.byteCount)
        var last: Fingerprint?
        for fingerprint in fingerprints.sorted() where fingerprint != last {
            fingerprint.append(to: &packed)
            last = fingerprint
        }
        self.packed = packed
    }

    /// Reads a file.
    ///
    /// - Throws: `WeakKeyListFault` for anything that is neither fingerprint nor comment, and where there is none: a
    ///   list that stops nobody was not meant.
    package init(parsing bytes: [UInt8]) throws(WeakKeyListFault) {
        guard bytes.count <= Self.fileBytesMax else { throw .tooLarge }
        var fingerprints: [Fingerprint] = []
        var number = 0
        var start = bytes.startIndex
        while start < bytes.endIndex {
            number += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let line = bytes[start..<end]
            start = min(end + 1, bytes.endIndex)
            if line.isEmpty { continue }
            if line.first == UInt8(ascii: "#") {
                guard line.count <= Self.commentBytesMax else { throw .badLine(number) }
                continue
            }
            guard line.count == Self.hexDigits, let fingerprint = Fingerprint(hex: line) else { throw .badLine(number) }
            fingerprints.append(fingerprint)
        }
        guard !fingerprints.isEmpty else { throw .empty }
        self.init(fingerprints)
    }

    /// Puts several lists together.
    ///
    /// - Throws: `WeakKeyListFault.tooMany`.
    package init(joining lists: [WeakKeyList], countMax: Int = countMax) throws(WeakKeyListFault) {
        guard lists.reduce(0, { $0 + $1.count }) <= countMax else { throw .tooMany }
        self.init(lists.flatMap { list in (0..<list.count).map { list[$0] } })
    }

    /// How many keys it knows.
    package var count: Int { packed.count / Fingerprint.byteCount }

    /// Whether it knows an RSA key; other kinds it never does.
    package func contains(_ key: PublicKey) -> Bool {
        guard !packed.isEmpty, let modulus = key.rsaModulus else { return false }
        return contains(Fingerprint(ofModulus: modulus))
    }

    private func contains(_ wanted: Fingerprint) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            let found = self[middle]
            if found == wanted { return true }
            if found < wanted { low = middle + 1 } else { high = middle }
        }
        return false
    }

    private subscript(place: Int) -> Fingerprint {
        Fingerprint(packed[place * Fingerprint.byteCount..<(place + 1) * Fingerprint.byteCount])
    }
}

extension WeakKeyList {
    /// The list as a file: ascending, nothing but fingerprints.
    package var text: String {
        var text = ""
        text.reserveCapacity(count * (Self.hexDigits + 1))
        for place in 0..<count { text += self[place].hex + "\n" }
        return text
    }

    /// The line that names a key; nil for kinds other than RSA.
    package static func line(for key: PublicKey) -> String? {
        key.rsaModulus.map { Fingerprint(ofModulus: $0).hex }
    }
}

/// Why a list of weak keys is refused.
package enum WeakKeyListFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// More than 16 MiB.
    case tooLarge
    /// More than 1,000,000 fingerprints in all files.
    case tooMany
    /// No fingerprint at all.
    case empty
    /// The line of this number, counted from 1.
    case badLine(Int)

    package var description: String {
        switch self {
        case .tooLarge: "it is larger than \(WeakKeyList.fileBytesMax / 1_048_576) MiB"
        case .tooMany: "there are more than \(WeakKeyList.countMax) fingerprints"
        case .empty: "it holds no fingerprint"
        case .badLine(let number):
            "line \(number) is neither a comment nor a fingerprint, which is the last 20 digits of the SHA-1 of what"
                + " `openssl rsa -noout -modulus` prints, in lower case"
        }
    }
}

/// The last ten bytes of a SHA-1, as numbers that sort like the bytes.
private struct Fingerprint: Hashable, Comparable {
    static let byteCount = 10

    private let high: UInt64
    private let low: UInt16

    /// - Parameter bytes: ten.
    init(_ bytes: ArraySlice<UInt8>) {
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt16($1) }
    }

    /// - Parameter hex: twenty digits; nil where one is none, or a capital.
    init?(hex: ArraySlice<UInt8>) {
        var (high, low): (UInt64, UInt16) = (0, 0)
        for (place, character) in hex.enumerated() {
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
            default: return nil
            }
            if place < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt16(digit) }
        }
        self.high = high
        self.low = low
    }

    /// Of a modulus without leading zeros, whose first digit is none either: its size is a multiple of eight bits.
    init(ofModulus modulus: [UInt8]) {
        var text = Array("Modulus=".utf8)
        for byte in modulus {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 0x0F)])
        }
        text.append(UInt8(ascii: "\n"))
        self.init(SHA1.hashForWeakKeyList(text)[Self.byteCount...])
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    func append(to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(56), through: 8, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: high >> shift))
        }
        bytes.append(UInt8(truncatingIfNeeded: high))
        bytes.append(UInt8(truncatingIfNeeded: low >> 8))
        bytes.append(UInt8(truncatingIfNeeded: low))
    }

    var hex: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(
            decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 0x0F)]] }, as: UTF8.self
        ).lowercased()
    }

    static func < (left: Fingerprint, right: Fingerprint) -> Bool { (left.high, left.low) < (right.high, right.low) }
}
