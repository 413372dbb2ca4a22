package import TenureAPI

// What is published: keys, the log, the CA, the broker's health.
extension TenureClient {
    /// `GET /api/v1/audiences/{audience}/keys`, or `GET /api/v1/keys?audience=` of one whose name has a slash.
    package func keys(ofAudience audience: String) async throws(ClientError) -> AudienceKeySetAnswer {
        try requireToken()
        guard audience.utf8.contains(UInt8(ascii: "/")) else {
            return try await get(APIPath.keys(ofAudience: audience))
        }
        return try await get(APIPath.keys, query: [("audience", audience)])
    }

    /// The same at a path of the broker that somebody wrote down.
    package func keySet(at path: String) async throws(ClientError) -> AudienceKeySetAnswer {
        try requireToken()
        return try await get(path)
    }

    /// `GET /api/v1/audit/entries`: one page from an index on.
    package func auditEntries(since: Int64, limit: Int64) async throws(ClientError) -> AuditEntriesAnswer {
        try requireToken()
        return try await get(APIPath.auditEntries, query: [("since", String(since)), ("limit", String(limit))])
    }

    /// `GET /api/v1/audit/proofs`.
    package func inclusionProof(index: Int64, size: Int64) async throws(ClientError) -> InclusionProofAnswer {
        try requireToken()
        return try await get(APIPath.inclusionProofs, query: [("index", String(index)), ("size", String(size))])
    }

    /// `GET /api/v1/audit/proofs/consistency`.
    package func consistencyProof(from: Int64, to: Int64) async throws(ClientError) -> ConsistencyProofAnswer {
        try requireToken()
        return try await get(APIPath.consistencyProofs, query: [("from", String(from)), ("to", String(to))])
    }

    /// `GET /audit/checkpoint`: the signed note.
    package func auditCheckpoint() async throws(ClientError) -> String {
        try await text(APIPath.auditCheckpoint)
    }

    /// `GET /audit/key`: the log's verification key as C2SP signed-note writes it, without a line end.
    package func auditKey() async throws(ClientError) -> String {
        let text = try await text(APIPath.auditKey)
        return String(text.prefix { !$0.isNewline })
    }

    /// `GET /ca/root.pem`.
    package func rootCertificate() async throws(ClientError) -> String {
        try await text(APIPath.root)
    }

    /// `GET /api/v1/bundle`.
    package func bundle() async throws(ClientError) -> BundleAnswer {
        try await get(APIPath.bundle)
    }

    /// `GET /api/v1/status`.
    package func status() async throws(ClientError) -> StatusAnswer {
        try await get(APIPath.status)
    }

    private func text(_ path: String) async throws(ClientError) -> String {
        let response = try await send(ClientRequest(path: path, authenticated: false))
        guard let text = String(validating: response.body, as: UTF8.self) else {
            throw .unexpectedAnswer(status: response.status, detail: "with a body that is not UTF-8 text")
        }
        return text
    }
}
