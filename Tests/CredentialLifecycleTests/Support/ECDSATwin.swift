internal import OpenSSLCrypto

/// The second signature that everybody can make of an ECDSA signature (r, s): (r, n − s) is as valid.
enum ECDSATwin {
    /// The same certificate, signed with P-256, under the other signature.
    static func of(_ der: [UInt8]) throws -> [UInt8] {
        var outer = DERReader(der)
        var parts = try outer.constructed()
        let body = try parts.element(.sequence).encoded
        let algorithm = try parts.element(.sequence).encoded
        var signature = DERReader(try parts.octetsOfBitString())
        var numbers = try signature.constructed()
        let r = Array(try numbers.unsignedInteger())
        let s = Array(try numbers.unsignedInteger())
        let twin = HostileCSR.encoded { sequence in
            sequence.sequence { pair in
                pair.unsignedInteger(r)
                pair.unsignedInteger(difference(s))
            }
        }
        return HostileCSR.encoded { certificate in
            certificate.sequence { parts in
                parts.append(body)
                parts.append(algorithm)
                parts.bitString(twin)
            }
        }
    }

    /// n − s, byte by byte from the right.
    private static func difference(_ s: [UInt8]) -> [UInt8] {
        var result = Array(order)
        let digits = [UInt8](repeating: 0, count: max(0, 32 - s.count)) + s.suffix(32)
        var borrow = 0
        for place in (0..<32).reversed() {
            let value = Int(result[place]) - Int(digits[place]) - borrow
            borrow = value < 0 ? 1 : 0
            result[place] = UInt8(truncatingIfNeeded: value)
        }
        return result
    }

    /// The order of P-256 (SEC 2, section 2.4.2).
    static let order: [UInt8] =
        [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8)
        + [0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51]
}
