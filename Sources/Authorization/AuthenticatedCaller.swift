package import TenureModel

/// That an identity sent the request, and how it proved so. Only a verifier of tokens, OIDC tokens or client
/// certificates makes one; the files that may are listed in the tidy tests.
public struct AuthenticatedCaller: Sendable {
    package let proof: CallerProof

    /// Asserts that `proof` was verified: its signature, its bounds, and that no mark covers it.
    @_spi(Authentication) public init(asserting proof: CallerProof) {
        self.proof = proof
    }

    package var identity: IdentityID { proof.identity }
}

/// What a verified authentication says. By itself it proves nothing: see `AuthenticatedCaller`.
public struct CallerProof: Sendable {
    /// How somebody proved who they are.
    package enum Method: String, Sendable {
        case oidc, session, certificate, bootstrap, `internal`
    }

    package var identity: IdentityID
    package var method: Method
    package var session: SessionID?
    /// The trust at the root of the authentication.
    package var trust: TrustID
    package var trustVersion: Int64
    package var trustNumber: Int64
    /// The numbers of the `a` and `n` references that everything obtained with it inherits.
    package var authentication: Int64
    package var instance: Int64
    /// The `f` reference of the credential that authenticated, if one did.
    package var family: Int64?
    /// The credential that authenticated, if one did; renewal needs it.
    package var credential: CredentialID?
    /// Every reference on which the authentication itself rests; the recording transaction checks them.
    package var references: [LineageReference]
    /// The size of the snapshot on which the proof was checked against marks.
    package var floor: Int64
    /// When the authentication ends; nothing is issued on it from then on.
    package var expires: Timestamp
    /// The end that no renewal of a session passes.
    package var renewalEnds: Timestamp?
    /// How often the token may be presented for acts that record; nil where that is not counted.
    package var presentations: Int64?
    /// The address of the peer.
    package var source: String

    package init(
        identity: IdentityID, method: Method, session: SessionID?, trust: TrustID, trustVersion: Int64,
        trustNumber: Int64, authentication: Int64, instance: Int64, family: Int64?, credential: CredentialID?,
        references: [LineageReference], floor: Int64, expires: Timestamp, renewalEnds: Timestamp?,
        presentations: Int64?, source: String
    ) {
        self.identity = identity
        self.method = method
        self.session = session
        self.trust = trust
        self.trustVersion = trustVersion
        self.trustNumber = trustNumber
        self.authentication = authentication
        self.instance = instance
        self.family = family
        self.credential = credential
        self.references = references
        self.floor = floor
        self.expires = expires
        self.renewalEnds = renewalEnds
        self.presentations = presentations
        self.source = source
    }
}
