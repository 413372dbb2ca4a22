internal import NIOHTTP1
package import TenureAPI

extension TenureClient {
    /// `POST /api/v1/login`.
    package func login(_ body: LoginBody) async throws(ClientError) -> LoginAnswer {
        try await record(.POST, APIPath.login, body, authenticated: false, isRepeatable: false)
    }

    /// `POST /api/v1/tokens`.
    package func issueToken(_ body: IssueTokenBody) async throws(ClientError) -> IssueTokenAnswer {
        try requireToken()
        return try await record(.POST, APIPath.tokens, body)
    }

    /// `POST /api/v1/certificates`.
    package func issueCertificate(_ body: IssueCertificateBody) async throws(ClientError) -> IssueCertificateAnswer {
        try requireToken()
        return try await record(.POST, APIPath.certificates, body)
    }

    /// `POST /api/v1/certificates/{id}/renewal`, over mutual TLS with that certificate.
    ///
    /// - Parameter id: the credential's id, or the certificate's serial number in lower-case hexadecimal digits.
    package func renewCertificate(
        _ id: String, _ body: RenewCertificateBody
    ) async throws(ClientError) -> IssueCertificateAnswer {
        guard settings.clientCertificate != nil else { throw .settings("renewing needs the certificate and its key") }
        return try await record(.POST, APIPath.renewal(of: id), body, authenticated: false)
    }

    /// `GET /api/v1/credentials`: one page.
    package func credentials(
        identity: String? = nil, owner: String? = nil, entitlement: String? = nil, state: String? = nil,
        limit: Int64? = nil, pageToken: String? = nil
    ) async throws(ClientError) -> PageAnswer<CredentialAnswer> {
        try await get(
            APIPath.credentials,
            query: [
                ("identity", identity), ("owner", owner), ("entitlement", entitlement), ("state", state),
                ("limit", limit.map { String($0) }), ("page_token", pageToken),
            ])
    }

    /// `GET /api/v1/credentials/{id}`; the id as in `renewCertificate`.
    package func credential(_ id: String) async throws(ClientError) -> CredentialAnswer {
        try await get(APIPath.credential(id))
    }

    /// `GET /api/v1/credentials/{id}/explanation`; the id as in `renewCertificate`.
    package func explanation(ofCredential id: String) async throws(ClientError) -> CredentialExplanationAnswer {
        try await get(APIPath.explanation(ofCredential: id))
    }

    /// `GET /api/v1/logins/{id}/explanation`.
    package func explanation(ofLogin id: String) async throws(ClientError) -> LoginExplanationAnswer {
        try await get(APIPath.explanation(ofLogin: id))
    }

    /// `GET /api/v1/operations/{id}`.
    package func operation(_ id: String) async throws(ClientError) -> OperationAnswer {
        try await get(APIPath.operation(id))
    }

    /// `POST /oauth2/introspect` (RFC 7662).
    package func introspect(_ form: IntrospectionForm) async throws(ClientError) -> IntrospectionAnswer {
        try requireToken()
        let response = try await send(
            ClientRequest(
                method: .POST, path: APIPath.introspection, body: form.encoded,
                contentType: "application/x-www-form-urlencoded"))
        return try Self.decoded(response)
    }

    /// `POST /oauth2/revoke` (RFC 7009); 200 also for what is unknown.
    package func revokeToken(_ form: TokenRevocationForm) async throws(ClientError) {
        try requireToken()
        _ = try await send(
            ClientRequest(
                method: .POST, path: APIPath.tokenRevocation, body: form.encoded,
                contentType: "application/x-www-form-urlencoded"))
    }

    /// Without a token or a certificate the answer is known; better words come from here.
    func requireToken() throws(ClientError) {
        guard settings.token == .none, settings.clientCertificate == nil else { return }
        throw .noToken
    }
}
