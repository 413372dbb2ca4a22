/// Answer of `GET /bundle`: the trust bundle as an object with a version and a next change.
package struct BundleAnswer: Codable, Hashable, Sendable {
    package var version: Int64
    package var trustDomain: String
    /// PEM each.
    package var roots: [String]
    /// The issuing CAs in use or published, PEM each.
    package var issuers: [String]?
    /// When it is known to change next.
    package var nextChange: String?

    package init(
        version: Int64, trustDomain: String, roots: [String], issuers: [String]? = nil, nextChange: String? = nil
    ) {
        self.version = version
        self.trustDomain = trustDomain
        self.roots = roots
        self.issuers = issuers
        self.nextChange = nextChange
    }

    enum CodingKeys: String, CodingKey {
        case version
        case trustDomain = "trust_domain"
        case roots
        case issuers
        case nextChange = "next_change"
    }
}
