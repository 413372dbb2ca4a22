internal import AuditLog

/// How a token is shown.
package enum TokenForm: Hashable, Sendable, CaseIterable {
    /// `tnr_` + JWS + `_` + six characters of checksum: scanners find leaked ones, and a typo needs no lookup.
    case prefixed
    /// The JWS alone, for consumers that take nothing else.
    case bare
}

/// The text of a token taken apart: a compact JWS (RFC 7515, section 7.1), perhaps between prefix and checksum. Nothing
/// in it is verified.
package struct TokenText: Hashable, Sendable {
    package static let bytesMax = 8192
    static let prefix = Array("tnr_".utf8)
    private static let checksumCount = 6
    private static let dot = UInt8(ascii: ".")

    package let form: TokenForm
    /// The JWS: header, dot, payload, dot, signature.
    let jws: [UInt8]
    private let headerEnd: Int
    private let payloadEnd: Int
    /// 32 bytes.
    let signature: [UInt8]

    /// Takes a text apart.
    ///
    /// The checksum is cut off by its length, since `_` is a character of base64url (T9).
    ///
    /// - Throws: `tooLarge`, `malformed` or `badChecksum`.
    package init(_ text: String) throws(TokenFailure) {
        guard text.utf8.count <= Self.bytesMax else { throw .tooLarge }
        let bytes = Array(text.utf8)
        guard bytes.starts(with: Self.prefix) else {
            try self.init(jws: bytes, form: .bare)
            return
        }
        // defence: T9 becomes: let underscore = bytes.dropFirst(4).firstIndex(of: UInt8(ascii: "_")) ?? 0
        let underscore = bytes.count - Self.checksumCount - 1
        guard underscore > Self.prefix.count, bytes[underscore] == UInt8(ascii: "_") else { throw .malformed }
        guard Checksum.text(of: bytes[..<underscore])[...] == bytes[(underscore + 1)...] else { throw .badChecksum }
        try self.init(jws: Array(bytes[Self.prefix.count..<underscore]), form: .prefixed)
    }

    private init(jws: [UInt8], form: TokenForm) throws(TokenFailure) {
        guard let first = jws.firstIndex(of: Self.dot), let last = jws.lastIndex(of: Self.dot), first < last else {
            throw .malformed
        }
        guard let signature = Base64URL.decode(jws[(last + 1)...]), signature.count == 32 else { throw .malformed }
        self.form = form
        self.jws = jws
        self.signature = signature
        headerEnd = first
        payloadEnd = last
        // A dot too many is in the payload, which is no base64url then.
    }

    /// What is signed: header, dot, payload.
    var signingInput: ArraySlice<UInt8> { jws[..<payloadEnd] }

    /// The key that the header names.
    ///
    /// - Throws: `malformed` where the header is no base64url, `wrongHeader` where it is not one that we mint.
    func keyID() throws(TokenFailure) -> KeyID {
        guard let header = Base64URL.decode(jws[..<headerEnd]) else { throw .malformed }
        guard let keyID = TokenHeader.keyID(of: header) else { throw .wrongHeader }
        return keyID
    }

    /// The claims as bytes.
    ///
    /// - Throws: `malformed` where they are no base64url.
    func payload() throws(TokenFailure) -> [UInt8] {
        guard let payload = Base64URL.decode(jws[(headerEnd + 1)..<payloadEnd]) else { throw .malformed }
        return payload
    }

    /// Puts the parts together again.
    ///
    /// - Parameter signedText: header, dot, payload, dot, signature.
    static func text(jws: [UInt8], form: TokenForm) -> String {
        guard form == .prefixed else { return String(decoding: jws, as: UTF8.self) }
        var text: [UInt8] = []
        text.reserveCapacity(prefix.count + jws.count + 1 + checksumCount)
        text.append(contentsOf: prefix)
        text.append(contentsOf: jws)
        let checksum = Checksum.text(of: text[...])
        text.append(UInt8(ascii: "_"))
        text.append(contentsOf: checksum)
        return String(decoding: text, as: UTF8.self)
    }
}

/// The checksum at the end of a token: CRC-32 (ISO-HDLC, as in zip) in base62, six characters, padded with zeros.
///
/// It finds typing errors and lets scanners drop look-alikes. It protects nothing.
enum Checksum {
    static func text(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        var rest = crc32(bytes)
        var text = [UInt8](repeating: alphabet[0], count: 6)
        for place in stride(from: 5, through: 0, by: -1) {
            text[place] = alphabet[Int(rest % 62)]
            rest /= 62
        }
        return text
    }

    /// Eight bytes at a time ("slicing by 8", Kounavis and Berry 2008): a request carries one or two tokens, and one
    /// byte at a time this was a twentieth of an introspection.
    static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let tables = tables.span
        let bytes = bytes.span
        var register = UInt32.max
        var place = 0
        while bytes.count - place >= 8 {
            var next: UInt32 = 0
            for offset in 0..<4 {
                let byte = UInt32(bytes[place + offset]) ^ register >> UInt32(8 * offset) & 0xFF
                next ^= tables[(7 - offset) << 8 | Int(byte)]
                next ^= tables[(3 - offset) << 8 | Int(bytes[place + 4 + offset])]
            }
            register = next
            place += 8
        }
        while place < bytes.count {
            register = tables[Int((register ^ UInt32(bytes[place])) & 0xFF)] ^ register >> 8
            place += 1
        }
        return ~register
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Eight tables of 256: the n-th says what a byte does that n more bytes follow.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        for place in 256..<2048 {
            let before = tables[place - 256]
            tables.append(tables[Int(before & 0xFF)] ^ before >> 8)
        }
        return tables
    }()
}
