internal import APITokens
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

/// A token that a test holds.
struct HeldToken: Sendable {
    let id: CredentialID
    let text: String
    let index: Int64
}

/// A certificate that a test holds, with its key.
struct HeldCertificate: Sendable {
    let id: CredentialID
    let der: [UInt8]
    let key: PrivateKey
    let issuance: CertificateIssuance

    var certificate: Certificate { get throws { try Certificate(der: der) } }
}

extension TestInstallation {
    /// Issues a token of the example's profile `ci-token`.
    func token(
        _ caller: AuthenticatedCaller, at node: Node? = nil, scopes: [String]? = nil, seconds: Int64? = nil,
        profile: String = "ci-token", audience: String = "registry", in call: Call? = nil
    ) async throws -> HeldToken {
        let operation = IssueToken(
            profile: try Name(profile), audience: try Audience(audience), scopes: try scopes?.map { try Scope($0) },
            lifetimeSeconds: seconds)
        let issued = try await (node ?? self.node).broker.issueToken(operation, by: caller, in: try call ?? self.call())
        guard let id = issued.id, let index = issued.recorded?.firstIndex else { throw Unexpected("no token") }
        guard let text = issued.text() else { throw Unexpected("no text") }
        return HeldToken(id: id, text: text, index: index)
    }

    static func csr(_ key: PrivateKey) throws -> [UInt8] {
        Array(try CertificationRequest.makePEM(commonName: "ignored", dnsNames: [], key: key).utf8)
    }

    /// Issues a certificate of the example's profile `service-tls` for a new key.
    func certificate(
        _ caller: AuthenticatedCaller, at node: Node? = nil, key: PrivateKey? = nil, seconds: Int64? = nil,
        in call: Call? = nil
    ) async throws -> HeldCertificate {
        let key = try key ?? PrivateKey.generate(.p256)
        let operation = IssueCertificate(
            profile: try Name("service-tls"), csrPEM: try Self.csr(key), lifetimeSeconds: seconds, renews: nil)
        return try Self.held(
            try await (node ?? self.node).broker.issueCertificate(
                operation, by: caller, in: try call ?? self.call()), key)
    }

    /// Renews a certificate over a connection that it opened, for a new key.
    func renewal(of held: HeldCertificate, key: PrivateKey? = nil) async throws -> HeldCertificate {
        try await renewal(of: held.id, by: try await presenting(held), key: key)
    }

    func renewal(
        of id: CredentialID, by caller: AuthenticatedCaller, at node: Node? = nil, key: PrivateKey? = nil
    ) async throws -> HeldCertificate {
        let key = try key ?? PrivateKey.generate(.p256)
        return try Self.held(
            try await (node ?? self.node).broker.renew(id, csrPEM: try Self.csr(key), by: caller, in: try call()), key)
    }

    /// A caller whose connection the certificate opened.
    func presenting(
        _ held: HeldCertificate, at node: Node? = nil, source: String = source
    ) async throws -> AuthenticatedCaller {
        try await (node ?? self.node).broker.authenticate(.certificate(held.der), source: source)
    }

    private static func held(_ issued: CertificateIssuance, _ key: PrivateKey) throws -> HeldCertificate {
        guard let id = issued.id, let certificate = issued.certificate else { throw Unexpected("no certificate") }
        return HeldCertificate(id: id, der: certificate.der, key: key, issuance: issued)
    }

    /// Whether the broker itself says that a token is alive.
    func isAlive(_ token: HeldToken, at node: Node? = nil) async throws -> Bool {
        let node = node ?? self.node
        return try await node.broker.introspect(token.text, by: try await caller("admin")) != nil
    }

    func state(_ id: CredentialID) async throws -> CredentialState {
        try await broker.credentialView(id.text, by: try await caller("admin")).state
    }
}
