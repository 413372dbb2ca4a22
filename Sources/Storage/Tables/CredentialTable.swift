package import TenureModel

/// Tokens and certificates: one row each, written once. Rows are found by their place in the log.
package enum CredentialTable {
    package static let table = AuditedTable(
        name: "credential", hashVersion: 1,
        columns: [
            "id", "kind", "floor", "identity", "identity_kind", "identity_version", "owner", "owner_kind",
            "owner_version", "environment", "purpose", "entitlement", "entitlement_version", "profile",
            "profile_version", "trust", "trust_version", "not_before", "not_after", "l_i", "l_o", "l_e", "l_e2", "l_e3",
            "l_e4", "l_p", "l_t", "l_v", "l_n", "l_c", "l_f", "l_a", "l_s", "l_k", "audience", "scope", "key_id",
            "issuer", "serial", "shard", "der", "replaces",
        ],
        hasNumber: false)

    /// The row of a credential that is about to be recorded; its `index` is not part of it.
    package static func row(for credential: Credential) -> AuditedRow {
        var values: [SQLValue] = []
        values.reserveCapacity(table.columns.count)
        values.append(SQLValue(credential.id))
        values.append(.text(credential.kind.rawValue))
        values.append(.integer(credential.floor))
        values.append(SQLValue(credential.identity))
        values.append(.text(credential.identity.kind.rawValue))
        values.append(.integer(credential.identityVersion))
        values.append(SQLValue(credential.owner))
        values.append(.text(credential.owner.kind.rawValue))
        values.append(.integer(credential.ownerVersion))
        values.append(.text(credential.environment.text))
        values.append(.text(credential.purpose.text))
        values.append(SQLValue(credential.entitlement))
        values.append(.integer(credential.entitlementVersion))
        values.append(SQLValue(credential.profile))
        values.append(.integer(credential.profileVersion))
        values.append(SQLValue(credential.trust))
        values.append(.integer(credential.trustVersion))
        values.append(SQLValue(credential.notBefore))
        values.append(SQLValue(credential.notAfter))
        append(credential.lineage, to: &values)
        append(credential.body, to: &values)
        return AuditedRow(table: table, key: credential.id.text, number: .absent, values: values)
    }

    private static func append(_ lineage: Lineage, to values: inout [SQLValue]) {
        values.append(.integer(lineage.identity))
        values.append(.integer(lineage.owner))
        for place in 0..<Lineage.entitlementsMax {
            values.append(place < lineage.entitlements.count ? .integer(lineage.entitlements[place]) : .null)
        }
        values.append(.integer(lineage.profile))
        values.append(.integer(lineage.trust))
        values.append(.integer(lineage.environment))
        values.append(.integer(lineage.instance))
        values.append(.integer(lineage.credential))
        values.append(.integer(lineage.family))
        values.append(.integer(lineage.authentication))
        values.append(SQLValue(lineage.subjectKey))
        values.append(.integer(lineage.signingKey))
    }

    private static func append(_ body: CredentialBody, to values: inout [SQLValue]) {
        switch body {
        case .token(let audience, let scopes, let keyID):
            values.append(.text(audience.text))
            values.append(.text(scopes.map(\.text).joined(separator: " ")))
            values.append(.text(keyID))
            for _ in 0..<5 { values.append(.null) }
        case .certificate(let issuer, let serial, let shard, let der, let replaces):
            for _ in 0..<3 { values.append(.null) }
            values.append(SQLValue(issuer))
            values.append(.bytes(serial))
            values.append(.integer(shard))
            values.append(.bytes(der))
            values.append(replaces.map { SQLValue($0) } ?? .null)
        }
    }

    /// The columns that `decode` takes.
    static let columns = table.columns.joined(separator: ", ") + ", idx"

    static func decode(_ row: SQLRow) throws(StorageError) -> Credential {
        var reader = RowReader(row, of: "credential")
        let id: CredentialID = try reader.id()
        let kind: Credential.Kind = try reader.raw()
        let floor = try reader.integer()
        let identity = try reader.identityID()
        let identityVersion = try reader.integer()
        let owner = try reader.identityID()
        let ownerVersion = try reader.integer()
        let environment = try reader.parsed(EnvironmentName.init)
        let purpose = try reader.parsed(Sentence.init)
        let entitlement: EntitlementID = try reader.id()
        let entitlementVersion = try reader.integer()
        let profile: ProfileID = try reader.id()
        let profileVersion = try reader.integer()
        let trust: TrustID = try reader.id()
        let trustVersion = try reader.integer()
        let notBefore = try reader.time()
        let notAfter = try reader.time()
        let lineage = try lineage(&reader)
        let body = try body(&reader, kind)
        return Credential(
            id: id, kind: kind, index: try reader.integer(), floor: floor, identity: identity,
            identityVersion: identityVersion, owner: owner, ownerVersion: ownerVersion, environment: environment,
            purpose: purpose, entitlement: entitlement, entitlementVersion: entitlementVersion, profile: profile,
            profileVersion: profileVersion, trust: trust, trustVersion: trustVersion, notBefore: notBefore,
            notAfter: notAfter, lineage: lineage, body: body)
    }

    /// The columns that `lineage` takes, in its order.
    static let lineageColumns =
        "l_i, l_o, l_e, l_e2, l_e3, l_e4, l_p, l_t, l_v, l_n, l_c, l_f, l_a, l_s, l_k"

    static func lineage(_ reader: inout RowReader) throws(StorageError) -> Lineage {
        let identity = try reader.integer()
        let owner = try reader.integer()
        var entitlements = [try reader.integer()]
        for _ in 1..<Lineage.entitlementsMax {
            if let parent = try reader.optionalInteger() { entitlements.append(parent) }
        }
        return Lineage(
            identity: identity, owner: owner, entitlements: entitlements, profile: try reader.integer(),
            trust: try reader.integer(), environment: try reader.integer(), instance: try reader.integer(),
            credential: try reader.integer(), family: try reader.integer(), authentication: try reader.integer(),
            subjectKey: try reader.optionalInteger(), signingKey: try reader.integer())
    }

    private static func body(
        _ reader: inout RowReader, _ kind: Credential.Kind
    ) throws(StorageError) -> CredentialBody {
        let audience = try reader.optionalParsed(Audience.init)
        let scope = try reader.optionalText()
        let keyID = try reader.optionalText()
        let issuer: IssuerID? = try reader.optionalID()
        let serial = try reader.optionalBytes()
        let shard = try reader.optionalInteger()
        let der = try reader.optionalBytes()
        let replaces: CredentialID? = try reader.optionalID()
        switch kind {
        case .token:
            guard let audience, let scope, let keyID else { throw .corrupt("credential, token") }
            var scopes: [Scope] = []
            for text in scope.split(separator: " ") {
                do { scopes.append(try Scope(String(text))) } catch { throw .corrupt("credential, scope") }
            }
            return .token(audience: audience, scopes: scopes, keyID: keyID)
        case .certificate:
            guard let issuer, let serial, let shard, let der else { throw .corrupt("credential, certificate") }
            return .certificate(issuer: issuer, serial: serial, shard: shard, der: der, replaces: replaces)
        }
    }
}
