/// A JWS in compact form (RFC 7515, section 3.1), cut in three and decoded. Nothing is verified yet.
///
/// JWE (five parts), the JSON forms and every second spelling of the same bytes are refused (THREATS, T8, T9).
package struct FederatedTokenText: Sendable {
    /// The whole token, bytes.
    package static let bytesMax = 8192

    /// The token as it was presented; a live secret until it ends. Never logged, never shown.
    let presented: [UInt8]
    /// Decoded header, JSON.
    let header: [UInt8]
    /// Decoded claims, JSON.
    let payload: [UInt8]
    let signature: [UInt8]
    /// What was signed: the first two parts with the dot between them.
    let signingInput: [UInt8]

    /// Cuts and decodes a token.
    ///
    /// - Throws: `tooLong`, `notCompact` or `notBase64URL`.
    package init(_ presented: [UInt8]) throws(FederatedTokenError) {
        guard presented.count <= Self.bytesMax else { throw .tooLong }
        let parts = presented.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // defence: T8 becomes: guard parts.count >= 3, parts.allSatisfy({ !$0.isEmpty }) else { throw .notCompact }
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { throw .notCompact }
        guard let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .notBase64URL }
        self.presented = presented
        self.header = header
        self.payload = payload
        self.signature = signature
        self.signingInput = Array(presented[..<parts[1].endIndex])
    }
}

/// Why a presented token is none that we look at further. For the operator's explanation; the caller learns nothing.
/// Holds names and reasons, never a value of the token.
package enum FederatedTokenError: Error, Hashable, Sendable {
    /// More than `FederatedTokenText.bytesMax`.
    case tooLong
    /// Not exactly three parts that hold something: a JWE, a JSON form, no signature.
    case notCompact
    /// Padding, other characters, or bits that stand for nothing.
    case notBase64URL
    case header(StrictJSONFault)
    case claims(StrictJSONFault)
    /// A header member that is missing, of the wrong type, or none that we know; RFC 7515, section 4.
    case headerMember(HeaderFault)
    /// The `alg` is none of `SignatureAlgorithm`: `none`, an HMAC, another.
    case algorithm
    case claim(ClaimFault)

    /// Where the JSON of a part is not acceptable; its text is safe to show.
    package struct StrictJSONFault: Hashable, Sendable {
        package let text: String
    }

    /// A header member that is not acceptable.
    package struct HeaderFault: Hashable, Sendable {
        /// What is wrong, as a sentence to follow the name.
        package enum Reason: String, Hashable, Sendable {
            case notAnObject = "the header is no object"
            case missing = "is missing"
            case wrongType = "is of the wrong type"
            case refused = "changes how a token is verified and is refused"
            case unknown = "is no header member of a federated token"
        }

        /// The member's name, shown by `BoundedText`.
        package let name: String
        package let reason: Reason
    }

    /// A claim that is not acceptable.
    package struct ClaimFault: Hashable, Sendable {
        /// What is wrong, as a sentence to follow the name.
        package enum Reason: String, Hashable, Sendable {
            case notAnObject = "the claims are no object"
            case missing = "is missing"
            case wrongType = "is of the wrong type"
            case notATime = "is no whole number of seconds from 0 to 2^53"
            case empty = "is empty"
            case tooMany = "has more than 16 values"
        }

        package let name: String
        package let reason: Reason
    }
}

extension FederatedTokenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong: "the token is longer than \(FederatedTokenText.bytesMax) bytes"
        case .notCompact: "the token is no signed JWT in compact form"
        case .notBase64URL: "the token is not canonical base64url"
        case .header(let fault): "header: \(fault.text)"
        case .claims(let fault): "claims: \(fault.text)"
        case .headerMember(let fault): "header `\(fault.name)` \(fault.reason.rawValue)"
        case .algorithm: "the header's `alg` is none of the accepted signature algorithms"
        case .claim(let fault): "claim `\(fault.name)` \(fault.reason.rawValue)"
        }
    }
}
