/// A DNS name that may stand in a certificate: labels of `[a-z0-9-]` that neither begin nor end with a hyphen, 1 to 63
/// each, 253 in all; no wildcard, no final dot, and nothing that reads as an address (RFC 5280, section 4.2.1.6).
package struct DNSName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// - Throws: `DNSNameError` for anything else, upper case too.
    package init(_ text: String) throws(DNSNameError) {
        guard (1...253).contains(text.utf8.count) else { throw .malformed }
        var labelCount = 0
        var previous = UInt8(ascii: ".")
        var lastLabelIsNumber = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                lastLabelIsNumber = false
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                break
            case UInt8(ascii: "-"):
                guard previous != UInt8(ascii: ".") else { throw .malformed }
                lastLabelIsNumber = false
            case UInt8(ascii: "."):
                guard previous != UInt8(ascii: "."), previous != UInt8(ascii: "-") else { throw .malformed }
                labelCount = -1
                lastLabelIsNumber = true
            default:
                throw .malformed
            }
            labelCount += 1
            guard labelCount <= 63 else { throw .malformed }
            previous = byte
        }
        guard previous != UInt8(ascii: "."), previous != UInt8(ascii: "-"), !lastLabelIsNumber else {
            throw .malformed
        }
        self.text = text
    }

    package var description: String { text }
}

/// Why a text is no DNS name.
package enum DNSNameError: Error, Equatable {
    case malformed
}

/// The trust domain of SPIFFE ids: 1 to 255 of `[a-z0-9.-_]` (SPIFFE-ID, section 2.1).
package struct TrustDomain: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// - Throws: `DNSNameError` for anything else.
    package init(_ text: String) throws(DNSNameError) {
        guard (1...255).contains(text.utf8.count) else { throw .malformed }
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard allowed else { throw .malformed }
        self.text = text
    }

    package var description: String { text }
}
