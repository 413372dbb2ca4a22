internal import HashTreeCollections
package import TenureModel

/// All that decisions look at, at one size of the log: the newest version of every identity, trust, profile,
/// entitlement and key, and every mark. Credentials are not in it.
///
/// A value over persistent maps: copying costs nothing, and advancing costs what changed. What it lists is in the order
/// of the log.
package struct Snapshot: Sendable {
    /// How many entries the log had: the `floor` of what is decided on it.
    package internal(set) var size: Int64 = 0

    /// The size at which keys, or the audiences that they sign for, were last read anew.
    package internal(set) var keysAsOf: Int64 = 0

    /// Behind one reference, since a request copies the snapshot several times.
    private var held = Held(maps: SnapshotMaps())

    var maps: SnapshotMaps {
        get { held.maps }
        set { held = Held(maps: newValue) }
    }

    private final class Held: Sendable {
        let maps: SnapshotMaps

        init(maps: SnapshotMaps) { self.maps = maps }
    }

    /// The snapshot of the empty log.
    package init() {}
}

extension Snapshot {
    /// The newest version of an identity, or nil.
    package func identity(_ id: IdentityID) -> Identity? { held.maps.identitiesByID[id] }

    /// The identity of a name, ended ones too; names are unique per kind.
    package func identity(kind: IdentityKind, name: Name) -> Identity? {
        held.maps.identityNames[SnapshotMaps.IdentityName(kind: kind, name: name)].flatMap {
            held.maps.identitiesByID[$0]
        }
    }

    /// All of them, ended ones too.
    package var identities: [Identity] { held.maps.identitiesByID.values.sorted { $0.number < $1.number } }

    package var identityCount: Int { held.maps.identitiesByID.count }

    /// The workloads that have this owner now, ended ones too.
    package func workloads(ownedBy owner: IdentityID) -> [Identity] {
        (held.maps.workloadsByOwner[owner] ?? []).compactMap { held.maps.identitiesByID[$0] }.sorted {
            $0.number < $1.number
        }
    }

    /// The living teams of which a person is a member, in the order of their ids.
    package func teams(ofMember person: PersonID) -> [TeamID] {
        (held.maps.teamsByMember[person] ?? []).filter { held.maps.identitiesByID[.team($0)]?.state == .active }
            .sorted()
    }

    /// The newest version of a trust, or nil.
    package func trust(_ id: TrustID) -> Trust? { held.maps.trustsByID[id] }

    /// The trust of a `t` reference.
    package func trust(number: Int64) -> Trust? {
        held.maps.trustsByNumber[number].flatMap { held.maps.trustsByID[$0] }
    }

    /// The trust of a name, ended ones too.
    package func trust(named name: Name) -> Trust? { held.maps.trustNames[name].flatMap { held.maps.trustsByID[$0] } }

    package var trusts: [Trust] { held.maps.trustsByID.values.sorted { $0.number < $1.number } }

    /// The trusts of an identity, ended ones too.
    package func trusts(of identity: IdentityID) -> [Trust] {
        (held.maps.trustsByIdentity[identity] ?? []).compactMap { held.maps.trustsByID[$0] }.sorted {
            $0.number < $1.number
        }
    }

    /// The trusts that name this `iss`, ended ones too; compared by bytes.
    package func trusts(issuer: String) -> [Trust] {
        (held.maps.trustsByIssuer[Array(issuer.utf8)] ?? []).compactMap { held.maps.trustsByID[$0] }.sorted {
            $0.number < $1.number
        }
    }

    /// The newest version of a profile, or nil.
    package func profile(_ id: ProfileID) -> Profile? { held.maps.profilesByID[id] }

    /// The profile of a name, ended ones too.
    package func profile(named name: Name) -> Profile? {
        held.maps.profileNames[name].flatMap { held.maps.profilesByID[$0] }
    }

    package var profiles: [Profile] { held.maps.profilesByID.values.sorted { $0.number < $1.number } }

    /// The newest version of an entitlement, or nil.
    package func entitlement(_ id: EntitlementID) -> Entitlement? { held.maps.entitlementsByID[id] }

    package var entitlements: [Entitlement] { held.maps.entitlementsByID.values.sorted { $0.number < $1.number } }

    package var entitlementCount: Int { held.maps.entitlementsByID.count }

    /// What an identity is entitled to, in every state.
    package func entitlements(of identity: IdentityID) -> [Entitlement] {
        (held.maps.entitlementsByIdentity[identity] ?? []).compactMap { held.maps.entitlementsByID[$0] }
            .sorted { $0.number < $1.number }
    }

    /// Who is entitled to a profile, in every state.
    package func entitlements(to profile: ProfileID) -> [Entitlement] {
        (held.maps.entitlementsByProfile[profile] ?? []).compactMap { held.maps.entitlementsByID[$0] }
            .sorted { $0.number < $1.number }
    }

    /// The newest version of a key, or nil.
    package func keyVersion(_ id: KeyVersionID) -> KeyVersion? { held.maps.keyVersionsByID[id] }

    /// All keys for one purpose, retired ones too, in the order of their ids, which is that of their making.
    package func keyVersions(for purpose: KeyVersion.Purpose) -> [KeyVersion] {
        held.maps.keyVersionsByID.values.filter { $0.purpose == purpose }.sorted { $0.id < $1.id }
    }

    package var keyVersions: [KeyVersion] { held.maps.keyVersionsByID.values.sorted { $0.id < $1.id } }
}

extension Snapshot {
    /// What the log says of a reference, or nil where it was never changed.
    package func mark(_ reference: LineageReference) -> Mark? { held.maps.marksByReference[reference]?.mark }

    /// Why the reference was last cut; why it last changed, where it never was.
    package func markReason(_ reference: LineageReference) -> RevocationReason? {
        held.maps.marksByReference[reference]?.reason
    }

    /// When the reference was last cut; when it last changed, where it never was.
    package func markTime(_ reference: LineageReference) -> Timestamp? { held.maps.marksByReference[reference]?.at }

    /// All marks, changes without a cut among them, in the order of their references.
    package var marks: [StoredMark] {
        held.maps.marksByReference.values.sorted { $0.mark.reference < $1.mark.reference }
    }

    /// The mark with the smallest cut index of those that kill what hangs on `references` since `position`: a token's
    /// audit index, a certificate's floor. A decision that is about to be recorded has the snapshot's `size` as its
    /// position. A mark has the last cut of its reference alone; `Ledger.firstCut` finds those before it.
    package func firstKill(of references: [LineageReference], at position: Int64) -> Mark? {
        var first: Mark?
        for reference in references {
            guard let mark = held.maps.marksByReference[reference]?.mark, mark.kills(since: position) else { continue }
            if let known = first, known.cutIndex <= mark.cutIndex { continue }
            first = mark
        }
        return first
    }
}
