package import TenureModel

/// People, teams and workloads, by version.
package enum IdentityTable {
    package static let table = AuditedTable(
        name: "identity", hashVersion: 1,
        columns: [
            "id", "version", "kind", "name", "state", "class", "owner", "owner_kind", "backup_owner",
            "backup_owner_kind", "purpose", "environment", "document",
        ],
        hasNumber: true, reference: .identity, isInSnapshot: true)

    static let since = table.selectSince

    /// The row of an identity's version.
    package static func row(for identity: Identity) -> AuditedRow {
        let workload = identity.workload
        let members: SQLValue =
            if case .team(let members) = identity.body { .text(CanonicalDocument.encode(members)) } else { .null }
        return AuditedRow(
            table: table, key: "\(identity.id.text)@\(identity.version)",
            number: .of(version: identity.version, number: identity.number),
            values: [
                SQLValue(identity.id), .integer(identity.version), .text(identity.id.kind.rawValue),
                .text(identity.name.text), .text(identity.state.rawValue),
                SQLValue(workload?.workloadClass.rawValue), workload.map { SQLValue($0.owner) } ?? .null,
                SQLValue(workload?.owner.kind.rawValue), workload?.backupOwner.map { SQLValue($0) } ?? .null,
                SQLValue(workload?.backupOwner?.kind.rawValue), SQLValue(workload?.purpose.text),
                SQLValue(workload?.environment.text), members,
            ])
    }

    /// The teams of which a person was a member after the entry at `index`, whether they live or not.
    static func teams(
        ofMember person: PersonID, at index: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [TeamID] {
        var teams: [TeamID] = []
        for row in try connection.rows(teamsAt, [.integer(index)]) {
            guard case .team(let id) = try decode(row).id, case .team(let members) = try decode(row).body,
                members.contains(person)
            else { continue }
            teams.append(id)
        }
        return teams
    }

    private static let teamsAt = Statement(
        "SELECT \((table.columns + ["number"]).joined(separator: ", ")) FROM identity AS i WHERE kind = 'team' AND"
            + " version = (SELECT max(version) FROM identity AS n WHERE n.id = i.id AND n.idx <= $1)")

    static func decode(_ row: SQLRow) throws(StorageError) -> Identity {
        var reader = RowReader(row, of: "identity")
        let bytes = try reader.bytes()
        let version = try reader.integer()
        let kind: IdentityKind = try reader.raw()
        let name = try reader.parsed(Name.init)
        let state: IdentityState = try reader.raw()
        let workloadClass: Workload.Class? = try reader.optionalRaw()
        let owner = try reader.optionalIdentityID()
        let backup = try reader.optionalIdentityID()
        let purpose = try reader.optionalParsed(Sentence.init)
        let environment = try reader.optionalParsed(EnvironmentName.init)
        let body: IdentityBody
        switch kind {
        case .person:
            _ = try reader.optionalText()
            body = .person
        case .team: body = .team(members: try reader.document([PersonID].self))
        case .workload:
            _ = try reader.optionalText()
            guard let workloadClass, let owner, let purpose, let environment else { throw .corrupt("identity") }
            body = .workload(
                Workload(
                    workloadClass: workloadClass, owner: owner, backupOwner: backup, purpose: purpose,
                    environment: environment))
        }
        let id: IdentityID
        do { id = try IdentityID(kind: kind, bytes: bytes) } catch { throw .corrupt("identity, id") }
        return Identity(
            id: id, number: try reader.integer(), version: version, name: name, state: state, body: body)
    }
}

extension AuditedRow.Number {
    /// The first version's number is the entry that writes it; later versions bring it.
    static func of(version: Int64, number: Int64) -> Self { version == 1 ? .ofThisEntry : .existing(number) }
}

extension AuditedTable {
    /// All columns of the rows that entries at or after `$1` wrote, `number` last; whole, for the snapshot.
    var selectSince: Statement {
        let all = (columns + (hasNumber ? ["number"] : [])).joined(separator: ", ")
        return Statement("SELECT \(all) FROM \(relation) WHERE idx >= $1 ORDER BY idx, version")
    }

    /// The same columns of one version of one object.
    var selectVersion: Statement {
        let all = (columns + (hasNumber ? ["number"] : [])).joined(separator: ", ")
        return Statement("SELECT \(all) FROM \(relation) WHERE id = $1 AND version = $2")
    }
}
