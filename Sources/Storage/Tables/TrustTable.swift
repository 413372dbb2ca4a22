package import TenureModel

/// How identities prove themselves, by version.
package enum TrustTable {
    package static let table = AuditedTable(
        name: "trust", hashVersion: 1,
        columns: [
            "id", "version", "name", "identity", "identity_kind", "state", "method", "issuer", "document",
        ],
        hasNumber: true, reference: .trust, isInSnapshot: true)

    static let since = table.selectSince

    /// The row of a trust's version.
    package static func row(for trust: Trust) -> AuditedRow {
        let method: String
        let document: String
        switch trust.method {
        case .oidc(let oidc): (method, document) = ("oidc", CanonicalDocument.encode(oidc))
        case .bootstrap(let bootstrap): (method, document) = ("bootstrap", CanonicalDocument.encode(bootstrap))
        }
        return AuditedRow(
            table: table, key: "\(trust.id.text)@\(trust.version)",
            number: .of(version: trust.version, number: trust.number),
            values: [
                SQLValue(trust.id), .integer(trust.version), .text(trust.name.text), SQLValue(trust.identity),
                .text(trust.identity.kind.rawValue), .text(trust.state.rawValue), .text(method),
                SQLValue(trust.oidc?.issuer), .text(document),
            ])
    }

    static func decode(_ row: SQLRow) throws(StorageError) -> Trust {
        var reader = RowReader(row, of: "trust")
        let id: TrustID = try reader.id()
        let version = try reader.integer()
        let name = try reader.parsed(Name.init)
        let identity = try reader.identityID()
        let state: Trust.State = try reader.raw()
        let kind = try reader.text()
        let issuer = try reader.optionalText()
        let method: Trust.Method
        switch kind {
        case "oidc":
            let oidc = try reader.document(OIDCTrust.self)
            guard let issuer, issuer.utf8.elementsEqual(oidc.issuer.utf8) else { throw .corrupt("trust, issuer") }
            method = .oidc(oidc)
        case "bootstrap": method = .bootstrap(try reader.document(BootstrapTrust.self))
        default: throw .corrupt("trust, method")
        }
        return Trust(
            id: id, number: try reader.integer(), version: version, name: name, identity: identity, state: state,
            method: method)
    }
}
