internal import HashTreeCollections
internal import TenureModel

extension Snapshot {
    /// Reads the snapshot, and the head that it is of, in one snapshot of the database.
    ///
    /// - Parameter known: read from this database before: only what is newer is read.
    static func load(
        _ connection: any SQLConnection, after known: Snapshot
    ) throws(StorageError) -> (snapshot: Snapshot, head: LogHead) {
        let head = try HeadTable.read(connection)
        var snapshot = known.size <= head.size ? known : Snapshot()
        if snapshot.size < head.size { try snapshot.advance(to: head.size, connection) }
        return (snapshot, head)
    }

    /// Reads all rows that entries at or after `size` wrote, in the same snapshot of the database as `newSize`.
    mutating func advance(to newSize: Int64, _ connection: any SQLConnection) throws(StorageError) {
        guard newSize >= size else { throw .corrupt("head, size") }
        var maps = self.maps
        let changesKeys = try maps.advance(since: size, connection)
        self.maps = maps
        size = newSize
        if changesKeys { keysAsOf = newSize }
    }
}

extension SnapshotMaps {
    /// Whether keys or profiles are among what changed.
    fileprivate mutating func advance(since size: Int64, _ connection: any SQLConnection) throws(StorageError) -> Bool {
        var changesKeys = false
        let since: [SQLValue] = [.integer(size)]
        for row in try connection.rows(IdentityTable.since, since) { apply(try IdentityTable.decode(row)) }
        for row in try connection.rows(TrustTable.since, since) { apply(try TrustTable.decode(row)) }
        for row in try connection.rows(ProfileTable.since, since) {
            apply(try ProfileTable.decode(row))
            changesKeys = true
        }
        for row in try connection.rows(EntitlementTable.since, since) { apply(try EntitlementTable.decode(row)) }
        for row in try connection.rows(KeyVersionTable.since, since) {
            let key = try KeyVersionTable.decode(row)
            keyVersionsByID[key.id] = key
            changesKeys = true
        }
        for mark in try LineageMarkTable.changed(since: size, limit: Int64.max, connection) {
            marksByReference[mark.mark.reference] = mark
        }
        return changesKeys
    }

    private mutating func apply(_ identity: Identity) {
        let old = identitiesByID.updateValue(identity, forKey: identity.id)
        identityNames[IdentityName(kind: identity.id.kind, name: identity.name)] = identity.id
        applyMembers(of: identity, replacing: old)
        let owners = (old?.workload?.owner, identity.workload?.owner)
        guard owners.0 != owners.1 else { return }
        if let owner = owners.0 { workloadsByOwner[owner, default: []].remove(identity.id) }
        if let owner = owners.1 { workloadsByOwner[owner, default: []].insert(identity.id) }
    }

    private mutating func applyMembers(of identity: Identity, replacing old: Identity?) {
        guard case .team(let team) = identity.id, case .team(let members) = identity.body else { return }
        if case .team(let former)? = old?.body {
            for person in former { teamsByMember[person, default: []].remove(team) }
        }
        for person in members { teamsByMember[person, default: []].insert(team) }
    }

    private mutating func apply(_ trust: Trust) {
        let old = trustsByID.updateValue(trust, forKey: trust.id)
        trustNames[trust.name] = trust.id
        trustsByNumber[trust.number] = trust.id
        if let old, old.identity != trust.identity { trustsByIdentity[old.identity, default: []].remove(trust.id) }
        trustsByIdentity[trust.identity, default: []].insert(trust.id)
        if let issuer = old?.oidc?.issuer { trustsByIssuer[Array(issuer.utf8), default: []].remove(trust.id) }
        if let issuer = trust.oidc?.issuer { trustsByIssuer[Array(issuer.utf8), default: []].insert(trust.id) }
    }

    private mutating func apply(_ profile: Profile) {
        profilesByID[profile.id] = profile
        profileNames[profile.name] = profile.id
    }

    /// An entitlement's identity and profile are the same in all of its versions.
    private mutating func apply(_ entitlement: Entitlement) {
        entitlementsByID[entitlement.id] = entitlement
        entitlementsByIdentity[entitlement.identity, default: []].insert(entitlement.id)
        entitlementsByProfile[entitlement.profile, default: []].insert(entitlement.id)
    }
}
