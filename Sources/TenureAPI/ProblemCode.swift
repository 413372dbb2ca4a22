/// Why a request was refused: the closed list of FORMATS, section 7. `docs/problems.md` explains each.
package enum ProblemCode: String, Hashable, Sendable, CaseIterable, Codable {
    case invalid
    case unauthenticated
    case denied
    case notFound = "not-found"
    case conflict
    case stale
    case limit
    case blockedKey = "blocked-key"
    case weakKey = "weak-key"
    case badCSR = "bad-csr"
    case noLivingOwner = "no-living-owner"
    case notApproved = "not-approved"
    case suspended
    case unsafeTrust = "unsafe-trust"
    case expiredPlan = "expired-plan"
    case unknownOutcome = "unknown-outcome"
    case unavailable

    private static let prefix = "urn:tenure:problem:"

    /// The `type` of the problem detail.
    package var urn: String { Self.prefix + rawValue }

    /// Nil for a type that is not of ours.
    package init?(urn: String) {
        guard urn.utf8.starts(with: Self.prefix.utf8) else { return nil }
        self.init(rawValue: String(decoding: urn.utf8.dropFirst(Self.prefix.utf8.count), as: UTF8.self))
    }

    /// The `title` of the problem detail: the same for every occurrence.
    package var title: String {
        switch self {
        case .invalid: "The request is not valid"
        case .unauthenticated: "Not authenticated"
        case .denied: "Policy does not allow it"
        case .notFound: "Not found"
        case .conflict: "It conflicts with what is there"
        case .stale: "What it was decided on has changed"
        case .limit: "Too much or too often"
        case .blockedKey: "The key is blocked"
        case .weakKey: "The key is too weak"
        case .badCSR: "The certificate signing request is not acceptable"
        case .noLivingOwner: "No living owner"
        case .notApproved: "The entitlement is not approved"
        case .suspended: "The identity is suspended"
        case .unsafeTrust: "The trust would let strangers in"
        case .expiredPlan: "The plan has expired"
        case .unknownOutcome: "It is not known whether it was recorded"
        case .unavailable: "Unavailable, try again"
        }
    }

    /// The HTTP status that goes with it, unless the occurrence says another.
    package var status: Int {
        switch self {
        case .invalid, .badCSR, .weakKey: 400
        case .unauthenticated: 401
        case .denied, .blockedKey, .noLivingOwner, .notApproved, .suspended: 403
        case .notFound: 404
        case .conflict, .stale, .expiredPlan: 409
        case .unsafeTrust: 422
        case .limit: 429
        case .unknownOutcome, .unavailable: 503
        }
    }

    /// With what the command line ends (CONTRACT, section 2).
    package var exitCode: ExitStatus {
        switch self {
        case .invalid, .badCSR: .usage
        case .unauthenticated: .notAuthenticated
        case .denied, .blockedKey, .weakKey, .noLivingOwner, .notApproved, .suspended, .unsafeTrust: .refused
        case .notFound: .notFound
        case .conflict, .stale, .expiredPlan: .conflict
        case .limit, .unknownOutcome, .unavailable: .unavailable
        }
    }
}
