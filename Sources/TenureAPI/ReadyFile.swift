/// What `--ready-file` tells once requests are served (CONTRACT, section 1). Names that end in `_file` are paths.
package struct ReadyFile: Codable, Hashable, Sendable {
    package var url: String
    package var caFile: String
    package var adminTokenFile: String?
    package var oidcIssuer: String?
    package var httpURL: String?
    package var auditVkey: String
    package var pid: Int64
    package var data: String

    package init(
        url: String, caFile: String, adminTokenFile: String? = nil, oidcIssuer: String? = nil, httpURL: String? = nil,
        auditVkey: String, pid: Int64, data: String
    ) {
        self.url = url
        self.caFile = caFile
        self.adminTokenFile = adminTokenFile
        self.oidcIssuer = oidcIssuer
        self.httpURL = httpURL
        self.auditVkey = auditVkey
        self.pid = pid
        self.data = data
    }

    enum CodingKeys: String, CodingKey {
        case url
        case caFile = "ca_file"
        case adminTokenFile = "admin_token_file"
        case oidcIssuer = "oidc_issuer"
        case httpURL = "http_url"
        case auditVkey = "audit_vkey"
        case pid
        case data
    }
}
