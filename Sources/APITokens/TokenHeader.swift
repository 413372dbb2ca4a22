internal import AuditLog
internal import OpenSSLCrypto

/// The name of an audience key: eight bytes, shown as sixteen lower-case hex digits (FORMATS, section 4).
package struct KeyID: Hashable, Sendable, CustomStringConvertible {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    /// Parses sixteen lower-case hex digits; nil for anything else.
    package init?(_ text: String) {
        guard let value = Hex.number(Array(text.utf8)[...]) else { return nil }
        self.init(value)
    }

    package var text: String {
        var digits: [UInt8] = []
        Hex.append(value, to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    package var description: String { text }
}

/// The one header that we mint: `{"alg":"HS256","kid":"<16 hex>","typ":"at+jwt"}` (RFC 9068, section 2.1). No other
/// algorithm, order or member exists, so nothing in a header is ever interpreted (T8).
enum TokenHeader {
    private static let beforeKeyID = Array(#"{"alg":"HS256","kid":""#.utf8)
    private static let afterKeyID = Array(#"","typ":"at+jwt"}"#.utf8)

    /// The header in base64url.
    static func encoded(_ keyID: KeyID) -> [UInt8] {
        var header = beforeKeyID
        Hex.append(keyID.value, to: &header)
        header.append(contentsOf: afterKeyID)
        var encoded: [UInt8] = []
        Base64URL.append(header, to: &encoded)
        return encoded
    }

    /// The key that the header names; nil where the header is not byte for byte one of ours.
    static func keyID(of header: [UInt8]) -> KeyID? {
        let end = header.count - afterKeyID.count
        // defence: T8 becomes: guard end - beforeKeyID.count == 16, true, header[end...] == afterKeyID[...] else {
        guard end - beforeKeyID.count == 16, header.starts(with: beforeKeyID), header[end...] == afterKeyID[...] else {
            return nil
        }
        return Hex.number(header[beforeKeyID.count..<end]).map { KeyID($0) }
    }
}
