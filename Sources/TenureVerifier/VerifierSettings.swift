/// Where the broker is, whose tokens are judged, and who asks for keys and revocations.
public struct VerifierSettings: Sendable {
    /// How the verifier proves to the broker who it is. It needs an entitlement of a profile with the role `verifier`.
    public enum Proof: Hashable, Sendable {
        /// A file with a session token or an OIDC token, read anew whenever something is asked for: whoever keeps it
        /// fresh renames a new one into its place.
        case tokenFile(String)
        /// A certificate of the broker's with its key, both PEM files.
        case clientCertificate(certificateFile: String, keyFile: String)
    }

    /// As `https://tenure.example.org:8443`.
    public var address: String
    /// A PEM file with the roots that the broker's certificate must chain to; nil for the system's.
    public var caFile: String?
    /// The `aud` of the tokens.
    public var audience: String
    public var proof: Proof
    /// How long tokens are accepted, as `isLagging`, after the last word from the broker. Then every one is refused,
    /// since one that was revoked could not be told from others. From 3 to 3,600.
    public var staleSeconds: Int64 = 60

    public init(address: String, caFile: String? = nil, audience: String, proof: Proof) {
        self.address = address
        self.caFile = caFile
        self.audience = audience
        self.proof = proof
    }
}

/// What the settings lack.
public struct VerifierSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What to do, for people.
    public let description: String

    init(_ description: String) { self.description = description }
}
