/// How a verifier is.
public struct VerifierStatus: Hashable, Sendable {
    /// How much what is known of revocations can be relied on.
    public enum Freshness: Hashable, Sendable {
        /// The broker was heard within the last three seconds.
        case current
        /// It was heard so long ago: credentials are accepted, and what was revoked since is not known.
        case lagging(milliseconds: Int64)
        /// Never, or longer ago than `staleSeconds`: everything is refused.
        case cutOff
    }

    public let freshness: Freshness
    /// The last event of the feed that is known; −1 before the first.
    public let lastEvent: Int64
    /// How many revocations are kept.
    public let cuts: Int
    /// What went wrong on the last connection; nil where nothing did.
    public let trouble: String?
}
