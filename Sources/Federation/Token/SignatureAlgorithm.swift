/// The closed list of algorithms for tokens of others (RFC 7518, section 3.1; RFC 8037). No `none`, no HMAC: those
/// would let whoever holds a public key sign.
package enum SignatureAlgorithm: String, Hashable, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case es256 = "ES256"
    case es384 = "ES384"
    case edDSA = "EdDSA"

    /// The algorithm of exactly this name.
    init?(name: String) {
        guard let algorithm = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name.utf8) }) else {
            return nil
        }
        self = algorithm
    }

    var isRSA: Bool {
        switch self {
        case .rs256, .rs384, .rs512, .ps256: true
        case .es256, .es384, .edDSA: false
        }
    }
}
