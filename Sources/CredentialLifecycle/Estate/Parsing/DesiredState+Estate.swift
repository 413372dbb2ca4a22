package import TenureAPI
internal import TenureModel

extension DesiredState {
    /// The most items of each list.
    package static let itemsMax = 10_000

    /// Parses an estate (FORMATS, section 5).
    ///
    /// - Throws: the first field that cannot mean anything.
    package init(_ estate: EstateDocument) throws(FieldFault) {
        guard estate.apiVersion == "tenure/1" else { throw FieldFault("apiVersion", "must be tenure/1") }
        _ = try FieldReader(path: "").name(estate.estate, "estate")
        let root = FieldReader(path: "")
        let people = try root.list(estate.people, "people", max: Self.itemsMax) {
            (person, path) throws(FieldFault) in
            try DesiredIdentity(
                path: path, kind: .person, name: FieldReader(path: path + ".").name(person.name, "name"))
        }
        let teams = try root.list(estate.teams, "teams", max: Self.itemsMax) { (team, path) throws(FieldFault) in
            try DesiredIdentity(team, path)
        }
        let workloads = try root.list(estate.workloads, "workloads", max: Self.itemsMax) {
            (workload, path) throws(FieldFault) in try DesiredIdentity(workload, path)
        }
        identities = people + teams + workloads
        trusts = try root.list(estate.trusts, "trusts", max: Self.itemsMax) { (trust, path) throws(FieldFault) in
            let read = FieldReader(path: path + ".")
            let oidc = try OIDCTrust(
                read, preset: trust.preset, issuer: trust.issuer, audience: trust.audience, claims: trust.claims,
                presentations: trust.presentations)
            let workload = try read.name(trust.workload, "workload")
            return try DesiredTrust(
                path: path, name: read.name(trust.name, "name"),
                identity: ObjectReference(kind: .workload, name: workload.text), method: .oidc(oidc))
        }
        entitlements = try root.list(estate.entitlements, "entitlements", max: Self.itemsMax) {
            (entitlement, path) throws(FieldFault) in
            let read = FieldReader(path: path + ".")
            var desired = try DesiredEntitlement(
                path: path, identity: read.reference(entitlement.identity, "identity"),
                profile: read.name(entitlement.profile, "profile"),
                justification: read.sentence(entitlement.justification, "justification"),
                constraints: EntitlementConstraints(read, entitlement.constraints))
            desired.ends = try read.time(entitlement.ends, "ends")
            desired.review = try read.time(entitlement.review, "review")
            return desired
        }
    }
}

extension DesiredIdentity {
    init(_ team: EstateTeam, _ path: String) throws(FieldFault) {
        let read = FieldReader(path: path + ".")
        try self.init(path: path, kind: .team, name: read.name(team.name, "name"))
        members = try read.list(team.members, "members", max: 1_000) { (text, field) throws(FieldFault) in
            ObjectReference(kind: .person, name: try read.name(text, field).text)
        }
    }

    init(_ workload: EstateWorkload, _ path: String) throws(FieldFault) {
        let read = FieldReader(path: path + ".")
        try self.init(path: path, kind: .workload, name: read.name(workload.name, "name"))
        workloadClass = try read.choice(workload.workloadClass, "class")
        owner = try read.reference(workload.owner, "owner")
        if let backup = workload.backupOwner { backupOwner = try read.reference(backup, "backup_owner") }
        purpose = try read.sentence(workload.purpose, "purpose")
        environment = try read.name(workload.environment, "environment")
    }
}
