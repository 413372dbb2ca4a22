internal import HashTreeCollections
internal import TenureModel

/// What a snapshot holds, by all that it is looked up by.
struct SnapshotMaps: Sendable {
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

    struct IdentityName: Hashable {
        let kind: IdentityKind
        let name: Name
    }
}
