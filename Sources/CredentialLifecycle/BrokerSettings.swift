package import OpenSSLCrypto

/// What the acts need to know of the installation; read once from the configuration.
package struct BrokerSettings: Sendable {
    /// The issuer of tokens: the broker's own URL, without a slash at its end.
    package var issuerURL: String
    /// Where CRLs are served in the clear, without a slash at its end.
    package var plainURL: String
    /// The first part of the log's origin and of SPIFFE ids.
    package var trustDomain: String
    /// Eight hex digits; new after a restore.
    package var logID: String
    package var sessionSeconds: Int64
    /// Past this no session is renewed.
    package var sessionMaximumSeconds: Int64
    /// The most live credentials of one identity.
    package var liveCredentialsMax: Int64
    /// How long credentials that ended, and operations, stay in the database.
    package var retentionSeconds: Int64
    /// How long a token ring signs before its successor does.
    package var ringSigningSeconds: Int64
    /// How long a ring lies published before it signs.
    package var ringPublicationSeconds: Int64
    /// How many recorded acts a second one identity may ask for.
    package var identityRequestsPerSecond: Int64
    /// How many may follow the feed at once.
    package var feedReadersMax: Int
    /// How many refusals of strangers become entries in a second.
    package var strangerRefusalsPerSecond: Int64
    /// How many proofs of identity that fail are looked at in a second from one address.
    package var sourceRefusalsPerSecond: Int64
    /// RSA keys for which nobody gets a certificate.
    package var weakKeys: WeakKeyList
    /// Whether this is the development server: rates and presentations are a hundredfold.
    package var isDevelopment: Bool

    /// Takes what an installation must say, and the defaults of THREATS, section 3, for the rest.
    package init(issuerURL: String, plainURL: String, trustDomain: String, logID: String, isDevelopment: Bool) {
        self.issuerURL = issuerURL
        self.plainURL = plainURL
        self.trustDomain = trustDomain
        self.logID = logID
        self.isDevelopment = isDevelopment
        sessionSeconds = 3600
        sessionMaximumSeconds = 12 * 3600
        liveCredentialsMax = 100_000
        retentionSeconds = 400 * 86_400
        identityRequestsPerSecond = isDevelopment ? 2_000 : 20
        feedReadersMax = 2_000
        strangerRefusalsPerSecond = isDevelopment ? 1_000 : 10
        sourceRefusalsPerSecond = isDevelopment ? 5_000 : 50
        ringSigningSeconds = 30 * 86_400
        ringPublicationSeconds = 60
        weakKeys = .none
    }

    package var presentationFactor: Int64 { isDevelopment ? 100 : 1 }
}
