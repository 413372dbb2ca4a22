package import TenureModel

/// What may be issued, by version.
package enum ProfileTable {
    package static let table = AuditedTable(
        name: "profile", hashVersion: 1,
        columns: ["id", "version", "name", "state", "environment", "approval", "kind", "document"],
        hasNumber: true, reference: .profile, isInSnapshot: true)

    static let since = table.selectSince

    /// The row of a profile's version.
    package static func row(for profile: Profile) -> AuditedRow {
        let document =
            switch profile.body {
            case .token(let token): CanonicalDocument.encode(token)
            case .certificate(let certificate): CanonicalDocument.encode(certificate)
            case .administration(let administration): CanonicalDocument.encode(administration)
            }
        return AuditedRow(
            table: table, key: "\(profile.id.text)@\(profile.version)",
            number: .of(version: profile.version, number: profile.number),
            values: [
                SQLValue(profile.id), .integer(profile.version), .text(profile.name.text),
                .text(profile.state.rawValue), SQLValue(profile.environment?.text), .text(profile.approval.rawValue),
                .text(profile.body.kind.rawValue), .text(document),
            ])
    }

    static func decode(_ row: SQLRow) throws(StorageError) -> Profile {
        var reader = RowReader(row, of: "profile")
        let id: ProfileID = try reader.id()
        let version = try reader.integer()
        let name = try reader.parsed(Name.init)
        let state: Profile.State = try reader.raw()
        let environment = try reader.optionalParsed(EnvironmentName.init)
        let approval: ApprovalMode = try reader.raw()
        let kind: ProfileBody.Kind = try reader.raw()
        let body: ProfileBody =
            switch kind {
            case .token: .token(try reader.document(TokenProfile.self))
            case .certificate: .certificate(try reader.document(CertificateProfile.self))
            case .administration: .administration(try reader.document(AdministrationProfile.self))
            }
        return Profile(
            id: id, number: try reader.integer(), version: version, name: name, state: state,
            environment: environment, approval: approval, body: body)
    }
}
