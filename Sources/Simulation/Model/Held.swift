internal import APITokens
internal import TenureModel

/// A credential that a client was given, with what it says of itself.
struct Held: Sendable {
    enum Form: Sendable {
        case token(String)
        case certificate([UInt8], spkiDER: [UInt8])
    }

    /// As the history names it.
    let label: String
    let id: CredentialID
    let identity: IdentityID
    let holder: String
    let audience: Audience?
    let index: Int64
    /// A token's index, a certificate's floor: what cuts are compared with.
    let position: Int64
    let references: [LineageReference]
    let notBefore: Timestamp
    let notAfter: Timestamp
    let form: Form

    func reference(_ kind: LineageReference.Kind) -> LineageReference? { references.first { $0.kind == kind } }

    var isToken: Bool { if case .token = form { true } else { false } }
}

/// What somebody asked for under an `Idempotency-Key`, so that it can be asked for again.
struct KeyedRequest: Sendable {
    /// A key is kept for 24 hours; an hour less, since clocks may be wrong.
    static let lifetimeSeconds: Int64 = 82_800

    let holder: String
    /// Nil where it is asked for without one.
    let key: String?
    let body: UInt8
    let wish: Wish
    let askedAt: Timestamp
    /// What holds the key, once somebody was told that a request under it was recorded: nothing does before, since a
    /// request that was refused, or of which nothing was written, leaves no trace.
    var holds: Holds?

    enum Wish: Sendable {
        case token(profile: String, audience: String)
        /// The place of the client's key.
        case certificate(key: Int)
    }

    struct Holds: Sendable {
        let body: UInt8
        /// Nil while nobody was given it: the answer was lost.
        var credential: CredentialID?
    }

    /// Whether the key is surely kept at this time.
    func isKept(at time: Timestamp) -> Bool { time < askedAt.adding(seconds: Self.lifetimeSeconds) }
}
