/// Why something was revoked; the names of RFC 5280, section 5.3.1, that a broker can know.
package enum RevocationReason: String, Hashable, Sendable, CaseIterable, Codable {
    case unspecified
    case keyCompromise
    case affiliationChanged
    case superseded
    case cessationOfOperation
    case privilegeWithdrawn

    /// The CRLReason enumeration of RFC 5280, section 5.3.1.
    package var code: UInt8 {
        switch self {
        case .unspecified: 0
        case .keyCompromise: 1
        case .affiliationChanged: 3
        case .superseded: 4
        case .cessationOfOperation: 5
        case .privilegeWithdrawn: 9
        }
    }
}
