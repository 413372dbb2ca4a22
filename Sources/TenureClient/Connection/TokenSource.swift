internal import Foundation

/// Where the bearer token comes from: a session token, or an OIDC token presented directly.
package enum TokenSource: Hashable, Sendable {
    case none
    /// Read anew at each call, since whoever keeps it fresh renames a new one into its place.
    case file(String)
    case text(String)

    private static let bytesMax = 16_384

    /// The token as it is now; nil where there is no source.
    ///
    /// - Throws: `ClientError.settings` where it cannot be read or is no token.
    package func current() throws(ClientError) -> String? {
        switch self {
        case .none: nil
        case .text(let text): try Self.token(in: Array(text.utf8), from: "the environment")
        case .file(let path): try Self.token(in: try FileContent.read(path, bytesMax: Self.bytesMax), from: path)
        }
    }

    private static func token(in content: [UInt8], from place: String) throws(ClientError) -> String {
        let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        var bytes = content[...]
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        // Nothing else may reach a header (RFC 6750, section 2.1).
        guard !bytes.isEmpty, bytes.count <= bytesMax, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .settings("\(place) holds no token")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension TokenSource: CustomStringConvertible, CustomReflectable {
    /// Never the token itself.
    package var description: String {
        switch self {
        case .none: "no token"
        case .file(let path): "the token in \(path)"
        case .text: "<secret>"
        }
    }

    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
