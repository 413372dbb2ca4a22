internal import SecretMemory

/// Bytes written as hex digits; spaces and line ends are skipped. Traps on anything else: it reads literals of tests.
func hex(_ text: String) -> [UInt8] {
    let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x0A }.map { digit in
        UInt8(String(UnicodeScalar(digit)), radix: 16) ?? { preconditionFailure("not hex: \(text)") }()
    }
    precondition(digits.count.isMultiple(of: 2), "odd number of hex digits")
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// A secret with these bytes.
func secret(_ bytes: [UInt8]) -> SecretBytes {
    var bytes = bytes
    return SecretBytes(wiping: &bytes)
}

/// The bytes of a secret, for comparison with a known answer.
func revealed(_ secret: SecretBytes) -> [UInt8] {
    secret.withBytes { bytes in bytes.indices.map { bytes[$0] } }
}
