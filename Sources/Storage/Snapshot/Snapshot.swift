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

    var identitiesByID = TreeDictionary<IdentityID, Identity>()
    var identityNames = TreeDictionary<IdentityName, IdentityID>()
    var workloadsByOwner = TreeDictionary<IdentityID, TreeSet<IdentityID>>()
    var teamsByMember = TreeDictionary<PersonID, TreeSet<TeamID>>()
    var trustsByID = TreeDictionary<TrustID, Trust>()
    var trustsByNumber = TreeDictionary<Int64, TrustID>()
    var trustNames = TreeDictionary<Name, TrustID>()
    var trustsByIdentity = TreeDictionary<IdentityID, TreeSet<TrustID>>()
    var trustsByIssuer = TreeDictionary<[UInt8], TreeSet<TrustID>>()
    var profilesByID = TreeDictionary<ProfileID, Profile>()
    var profileNames = TreeDictionary<Name, ProfileID>()
    var entitlementsByID = TreeDictionary<EntitlementID, Entitlement>()
    var entitlementsByIdentity = TreeDictionary<IdentityID, TreeSet<EntitlementID>>()
    var entitlementsByProfile = TreeDictionary<ProfileID, TreeSet<EntitlementID>>()
    var keyVersionsByID = TreeDictionary<KeyVersionID, KeyVersion>()
    var marksByReference = TreeDictionary<LineageReference, StoredMark>()

    /// The snapshot of the empty log.
    package init() {}

    struct IdentityName: Hashable {
        let kind: IdentityKind
        let name: Name
    }
}

extension Snapshot {
    /// The newest version of an identity, or nil.
    package func identity(_ id: IdentityID) -> Identity? { identitiesByID[id] }

    /// The identity of a name, ended ones too; names are unique per kind.
    package func identity(kind: IdentityKind, name: Name) -> Identity? {
        identityNames[IdentityName(kind: kind, name: name)].flatMap { identitiesByID[$0] }
    }

    /// All of them, ended ones too.
    package var identities: [Identity] { identitiesByID.values.sorted { $0.number < $1.number } }

    package var identityCount: Int { identitiesByID.count }

    /// The workloads that have this owner now, ended ones too.
    package func workloads(ownedBy owner: IdentityID) -> [Identity] {
        (workloadsByOwner[owner] ?? []).compactMap { identitiesByID[$0] }.sorted { $0.number < $1.number }
    }

    /// The living teams of which a person is a member, in the order of their ids.
    package func teams(ofMember person: PersonID) -> [TeamID] {
        (teamsByMember[person] ?? []).filter { identitiesByID[.team($0)]?.state == .active }.sorted()
    }

    /// The newest version of a trust, or nil.
    package func trust(_ id: TrustID) -> Trust? { trustsByID[id] }

    /// The trust of a `t` reference.
    package func trust(number: Int64) -> Trust? { trustsByNumber[number].flatMap { trustsByID[$0] } }

    /// The trust of a name, ended ones too.
    package func trust(named name: Name) -> Trust? { trustNames[name].flatMap { trustsByID[$0] } }

    package var trusts: [Trust] { trustsByID.values.sorted { $0.number < $1.number } }

    /// The trusts of an identity, ended ones too.
    package func trusts(of identity: IdentityID) -> [Trust] {
        (trustsByIdentity[identity] ?? []).compactMap { trustsByID[$0] }.sorted { $0.number < $1.number }
    }

    /// The trusts that name this `iss`, ended ones too; compared by bytes.
    package func trusts(issuer: String) -> [Trust] {
        (trustsByIssuer[Array(issuer.utf8)] ?? []).compactMap { trustsByID[$0] }.sorted { $0.number < $1.number }
    }

    /// The newest version of a profile, or nil.
    package func profile(_ id: ProfileID) -> Profile? { profilesByID[id] }

    /// The profile of a name, ended ones too.
    package func profile(named name: Name) -> Profile? { profileNames[name].flatMap { profilesByID[$0] } }

    package var profiles: [Profile] { profilesByID.values.sorted { $0.number < $1.number } }

    /// The newest version of an entitlement, or nil.
    package func entitlement(_ id: EntitlementID) -> Entitlement? { entitlementsByID[id] }

    package var entitlements: [Entitlement] { entitlementsByID.values.sorted { $0.number < $1.number } }

    package var entitlementCount: Int { entitlementsByID.count }

    /// What an identity is entitled to, in every state.
    package func entitlements(of identity: IdentityID) -> [Entitlement] {
        (entitlementsByIdentity[identity] ?? []).compactMap { entitlementsByID[$0] }
            .sorted { $0.number < $1.number }
    }

    /// Who is entitled to a profile, in every state.
    package func entitlements(to profile: ProfileID) -> [Entitlement] {
        (entitlementsByProfile[profile] ?? []).compactMap { entitlementsByID[$0] }
            .sorted { $0.number < $1.number }
    }

    /// The newest version of a key, or nil.
    package func keyVersion(_ id: KeyVersionID) -> KeyVersion? { keyVersionsByID[id] }

    /// All keys for one purpose, retired ones too, in the order of their ids, which is that of their making.
    package func keyVersions(for purpose: KeyVersion.Purpose) -> [KeyVersion] {
        keyVersionsByID.values.filter { $0.purpose == purpose }.sorted { $0.id < $1.id }
    }

    package var keyVersions: [KeyVersion] { keyVersionsByID.values.sorted { $0.id < $1.id } }
}

extension Snapshot {
    /// What the log says of a reference, or nil where it was never changed.
    package func mark(_ reference: LineageReference) -> Mark? { marksByReference[reference]?.mark }

    /// Why the reference was last cut; why it last changed, where it never was.
    package func markReason(_ reference: LineageReference) -> RevocationReason? {
        marksByReference[reference]?.reason
    }

    /// When the reference was last cut; when it last changed, where it never was.
    package func markTime(_ reference: LineageReference) -> Timestamp? { marksByReference[reference]?.at }

    /// All marks, changes without a cut among them, in the order of their references.
    package var marks: [StoredMark] {
        marksByReference.values.sorted { $0.mark.reference < $1.mark.reference }
    }

    /// The first mark that kills what hangs on `references` since `position`: a token's audit index, a certificate's
    /// floor. A decision that is about to be recorded has the snapshot's `size` as its position.
    package func firstKill(of references: [LineageReference], at position: Int64) -> Mark? {
        for reference in references {
            if let stored = marksByReference[reference], stored.mark.kills(since: position) { return stored.mark }
        }
        return nil
    }
}
