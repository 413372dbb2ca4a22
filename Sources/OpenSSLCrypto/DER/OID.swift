/// An object identifier, kept as its DER content.
package struct OID: Hashable, Sendable {
    /// The content octets, without tag and length.
    package let content: [UInt8]

    /// Takes content octets that are known to be well formed.
    init(unchecked content: [UInt8]) { self.content = content }

    /// Takes content octets; nil where an arc is padded or cut.
    package init?(content: [UInt8]) {
        guard DERPrimitives.isOID(content.span) else { return nil }
        self.content = content
    }

    /// Reads the dotted form, such as `2.5.29.17`: at least two arcs, none above 2^128 − 1. Nil for anything else.
    package init?(dotted: String) {
        var arcs: [UInt128] = []
        for part in dotted.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard let arc = Self.arc(of: part) else { return nil }
            arcs.append(arc)
        }
        guard arcs.count >= 2, arcs[0] <= 2, arcs[0] == 2 || arcs[1] < 40 else { return nil }
        let (first, overflow) = arcs[1].addingReportingOverflow(arcs[0] * 40)
        guard !overflow else { return nil }
        var content: [UInt8] = []
        Self.append(first, to: &content)
        for arc in arcs.dropFirst(2) { Self.append(arc, to: &content) }
        self.content = content
    }

    /// The identifier `2.25.N`, where N is a UUID of 16 bytes read as a number (X.667); nil for another count.
    package init?(uuid: [UInt8]) {
        guard uuid.count == 16 else { return nil }
        var content: [UInt8] = [2 * 40 + 25]
        Self.append(uuid.reduce(0) { $0 << 8 | UInt128($1) }, to: &content)
        self.content = content
    }

    private static func arc(of digits: Substring.UTF8View.SubSequence) -> UInt128? {
        guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        var value: UInt128 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt128(digit - 0x30))
            guard !overflowed, !carried else { return nil }
            value = sum
        }
        return value
    }

    private static func append(_ arc: UInt128, to content: inout [UInt8]) {
        let groups = max(1, (UInt128.bitWidth - arc.leadingZeroBitCount + 6) / 7)
        for group in (0..<groups).reversed() {
            let bits = UInt8(truncatingIfNeeded: arc >> UInt128(7 * group)) & 0x7F
            content.append(group == 0 ? bits : bits | 0x80)
        }
    }
}

extension OID: CustomStringConvertible {
    /// The dotted form. An arc that does not fit into 128 bits is shown as `?`.
    package var description: String {
        var arcs: [String] = []
        var value: UInt128? = 0
        for octet in content {
            value = value.flatMap { $0 >> 121 == 0 ? $0 << 7 | UInt128(octet & 0x7F) : nil }
            guard octet < 0x80 else { continue }
            switch value {
            case nil: arcs.append("?")
            case .some(let first) where arcs.isEmpty:
                let root = min(first / 40, 2)
                arcs.append("\(root)")
                arcs.append("\(first - root * 40)")
            case .some(let arc): arcs.append("\(arc)")
            }
            value = 0
        }
        return arcs.joined(separator: ".")
    }
}
