package import SecretMemory

/// The textual encoding of RFC 7468, strictly: the labels that are expected, nothing around the blocks but white
/// space, canonical base64, no headers.
package enum PEM {
    /// Returns one block, lines of 64 characters, with a line end after the last.
    package static func encode(_ der: [UInt8], label: String) -> String {
        // 48 bytes are a line of 64 characters and its end; 17 characters and a line end stand around each label.
        let count = (der.count + 47) / 48 * 65 + 2 * (label.utf8.count + 17)
        let text = [UInt8](capacity: count) { (output: inout OutputSpan<UInt8>) in
            write(der.span, label: label) { output.append($0) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the block for a secret, which is never in memory that is not wiped.
    package static func encode(_ der: SecretBytes, label: String) -> SecretBytes {
        der.withBytes { bytes in
            var count = 0
            write(bytes, label: label) { _ in count += 1 }
            return unsafe SecretBytes(count: count) { output in
                var index = 0
                write(bytes, label: label) { character in
                    unsafe output[index] = character
                    index += 1
                }
            }
        }
    }

    /// Reads the one block that a text holds.
    ///
    /// - Throws: `PEMError`, `.tooManyBlocks` for a second block.
    package static func decode(_ text: [UInt8], label: String) throws(PEMError) -> [UInt8] {
        let blocks = try decodeAll(text, label: label, countMax: 1)
        return blocks[0]
    }

    /// Reads all blocks that a text holds, at least one and at most `countMax`, each with this label: a chain.
    ///
    /// - Throws: `PEMError`.
    package static func decodeAll(_ text: [UInt8], label: String, countMax: Int) throws(PEMError) -> [[UInt8]] {
        var scanner = PEMScanner(label: label)
        var blocks: [[UInt8]] = []
        while let body = try scanner.nextBody(in: text.span) {
            guard blocks.count < countMax else { throw .tooManyBlocks }
            var der: [UInt8] = []
            der.reserveCapacity(body.count / 4 * 3)
            guard Base64.decode(text.span.extracting(body), { der.append($0) }) else { throw .badBase64 }
            blocks.append(der)
        }
        guard !blocks.isEmpty else { throw .noBlock }
        return blocks
    }

    /// Reads the one block that a secret text holds; what comes out is never in memory that is not wiped.
    ///
    /// - Throws: `PEMError`.
    package static func decode(_ text: SecretBytes, label: String) throws(PEMError) -> SecretBytes {
        try text.withBytes { (text) throws(PEMError) in
            var scanner = PEMScanner(label: label)
            guard let body = try scanner.nextBody(in: text) else { throw .noBlock }
            guard try scanner.nextBody(in: text) == nil else { throw .tooManyBlocks }
            var count = 0
            guard Base64.decode(text.extracting(body), { _ in count += 1 }) else { throw .badBase64 }
            return unsafe SecretBytes(count: count) { output in
                var index = 0
                _ = Base64.decode(text.extracting(body)) { byte in
                    unsafe output[index] = byte
                    index += 1
                }
            }
        }
    }

    /// Inlined, as in `Base64`: a call for each character would cost more than its encoding.
    @inline(__always)
    private static func write(_ der: Span<UInt8>, label: String, _ sink: (UInt8) -> Void) {
        for character in "-----BEGIN \(label)-----\n".utf8 { sink(character) }
        var start = 0
        while start < der.count {
            let end = min(start + 48, der.count)
            Base64.encode(der.extracting(start..<end)) { sink($0) }
            sink(UInt8(ascii: "\n"))
            start = end
        }
        for character in "-----END \(label)-----\n".utf8 { sink(character) }
    }
}

extension PEM {
    /// The label of a certificate.
    package static let certificate = "CERTIFICATE"
    /// The label of a certification request.
    package static let certificationRequest = "CERTIFICATE REQUEST"
    /// The label of a revocation list.
    package static let revocationList = "X509 CRL"
    /// The label of a private key in PKCS#8.
    package static let privateKey = "PRIVATE KEY"
    /// The label of an encrypted private key in PKCS#8.
    package static let encryptedPrivateKey = "ENCRYPTED PRIVATE KEY"
    /// The label of a SubjectPublicKeyInfo.
    package static let publicKey = "PUBLIC KEY"
}

/// Why a text is not the PEM that was expected.
package enum PEMError: Error, Hashable, Sendable {
    /// No block at all.
    case noBlock
    /// More blocks than may stand there.
    case tooManyBlocks
    /// Something that is neither white space nor the first or last line of a block with this label.
    case unexpectedText
    /// A block without its last line.
    case notEnded
    /// Base64 with other characters, wrong padding, or bits that encode nothing.
    case badBase64
}

/// Finds one block after another.
private struct PEMScanner {
    private let first: [UInt8]
    private let last: [UInt8]
    private var position = 0

    init(label: String) {
        first = Array("-----BEGIN \(label)-----".utf8)
        last = Array("-----END \(label)-----".utf8)
    }

    /// Returns where the base64 of the next block lies, nil at the end of the text.
    mutating func nextBody(in text: Span<UInt8>) throws(PEMError) -> Range<Int>? {
        while position < text.count, Base64.isWhiteSpace(text[position]) { position += 1 }
        guard position < text.count else { return nil }
        guard skip(first, in: text) else { throw .unexpectedText }
        let start = position
        while position < text.count, text[position] != UInt8(ascii: "-") { position += 1 }
        let end = position
        guard position < text.count else { throw .notEnded }
        guard skip(last, in: text) else { throw .unexpectedText }
        // The lines must be lines: what follows a first or a last line is the end of that line, or of the text.
        guard start < end, Base64.isWhiteSpace(text[start]), Base64.isWhiteSpace(text[end - 1]) else {
            throw .unexpectedText
        }
        guard position == text.count || Base64.isWhiteSpace(text[position]) else { throw .unexpectedText }
        return start..<end
    }

    private mutating func skip(_ line: [UInt8], in text: Span<UInt8>) -> Bool {
        guard text.count - position >= line.count else { return false }
        for offset in line.indices where text[position + offset] != line[offset] { return false }
        position += line.count
        return true
    }
}
