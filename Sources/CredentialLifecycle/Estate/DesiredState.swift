package import TenureModel

/// What somebody wants to be there: parsed, bounded, and not yet compared with what is. Names may point at objects that
/// the same change makes.
package struct DesiredState: Sendable {
    package var identities: [DesiredIdentity] = []
    package var profiles: [DesiredProfile] = []
    package var trusts: [DesiredTrust] = []
    package var entitlements: [DesiredEntitlement] = []

    package init() {}
}

/// A person, team or workload by name. Nil fields of an existing one stay.
package struct DesiredIdentity: Sendable {
    package var path: String
    package var kind: IdentityKind
    package var name: Name
    package var state: IdentityState?
    package var members: [ObjectReference]?
    package var workloadClass: Workload.Class?
    package var owner: ObjectReference?
    package var backupOwner: ObjectReference?
    package var purpose: Sentence?
    package var environment: EnvironmentName?
    package var reason: RevocationReason = .unspecified
    /// Whether it must not be there yet; an estate takes what is there.
    package var mustBeNew = false
    /// The version on which the change was made: of any other it is stale. Nil of what does not rest on one.
    package var seenVersion: Int64?

    package init(path: String, kind: IdentityKind, name: Name) {
        self.path = path
        self.kind = kind
        self.name = name
    }
}

/// A profile in its whole; a different one under a known name is its next version.
package struct DesiredProfile: Sendable {
    package var path: String
    package var name: Name
    package var environment: EnvironmentName?
    package var approval: ApprovalMode
    package var body: ProfileBody
    package var state: Profile.State = .active
    package var mustBeNew = false
    /// As of an identity.
    package var seenVersion: Int64?

    package init(
        path: String, name: Name, environment: EnvironmentName?, approval: ApprovalMode, body: ProfileBody
    ) {
        self.path = path
        self.name = name
        self.environment = environment
        self.approval = approval
        self.body = body
    }
}

/// A trust in its whole.
package struct DesiredTrust: Sendable {
    package var path: String
    package var name: Name
    package var identity: ObjectReference
    package var state: Trust.State = .active
    package var method: Trust.Method
    package var reason: RevocationReason = .unspecified
    package var mustBeNew = false
    /// As of an identity.
    package var seenVersion: Int64?

    package init(path: String, name: Name, identity: ObjectReference, method: Trust.Method) {
        self.path = path
        self.name = name
        self.identity = identity
        self.method = method
    }
}

/// An entitlement by identity and profile: an identity has at most one that has not ended to each profile.
package struct DesiredEntitlement: Sendable {
    package var path: String
    package var identity: ObjectReference
    package var profile: Name
    package var justification: Sentence
    package var starts: Timestamp?
    package var ends: Timestamp?
    package var review: Timestamp?
    package var constraints: EntitlementConstraints

    package init(
        path: String, identity: ObjectReference, profile: Name, justification: Sentence,
        constraints: EntitlementConstraints
    ) {
        self.path = path
        self.identity = identity
        self.profile = profile
        self.justification = justification
        self.constraints = constraints
    }
}
