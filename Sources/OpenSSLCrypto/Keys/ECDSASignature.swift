/// The two spellings of an ECDSA signature: DER, as X.509 has it, and both numbers at full width, as JWS has it
/// (RFC 7518, section 3.4).
package enum ECDSASignature {
    /// Returns r ‖ s, each `coordinateCount` bytes (32 for P-256, 48 for P-384); nil for what is not such a signature
    /// in DER.
    package static func fixedWidth(fromDER der: [UInt8], coordinateCount: Int) -> [UInt8]? {
        do {
            var reader = DERReader(der)
            var sequence = try reader.constructed()
            try reader.finish()
            let numbers = [try sequence.unsignedInteger(), try sequence.unsignedInteger()]
            try sequence.finish()
            var bytes: [UInt8] = []
            for number in numbers {
                guard number.count <= coordinateCount else { return nil }
                bytes.append(contentsOf: [UInt8](repeating: 0, count: coordinateCount - number.count))
                bytes.append(contentsOf: number)
            }
            return bytes
        } catch {
            return nil
        }
    }

    /// Returns the signature in DER; nil unless there are twice `coordinateCount` bytes.
    package static func der(fromFixedWidth bytes: [UInt8], coordinateCount: Int) -> [UInt8]? {
        guard bytes.count == 2 * coordinateCount else { return nil }
        var writer = DERWriter(capacity: bytes.count + 10)
        writer.sequence { sequence in
            sequence.unsignedInteger([UInt8](bytes.prefix(coordinateCount)))
            sequence.unsignedInteger([UInt8](bytes.dropFirst(coordinateCount)))
        }
        return writer.bytes
    }
}
