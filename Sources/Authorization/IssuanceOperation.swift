package import TenureModel

/// A request for a token, parsed: bounded and well formed, nothing more.
package struct IssueToken: Hashable, Sendable {
    package var profile: Name
    package var audience: Audience
    /// Nil asks for all that the entitlement allows.
    package var scopes: [Scope]?
    package var lifetimeSeconds: Int64?

    package init(profile: Name, audience: Audience, scopes: [Scope]?, lifetimeSeconds: Int64?) {
        self.profile = profile
        self.audience = audience
        self.scopes = scopes
        self.lifetimeSeconds = lifetimeSeconds
    }
}

/// A request for a certificate, parsed. The CSR is still bytes: strangers cost no signature check.
package struct IssueCertificate: Hashable, Sendable {
    package var profile: Name
    package var csrPEM: [UInt8]
    package var lifetimeSeconds: Int64?
    /// The credential that this one renews, if it does; the caller authenticated with it.
    package var renews: CredentialID?

    package init(profile: Name, csrPEM: [UInt8], lifetimeSeconds: Int64?, renews: CredentialID?) {
        self.profile = profile
        self.csrPEM = csrPEM
        self.lifetimeSeconds = lifetimeSeconds
        self.renews = renews
    }
}

/// All that a decision about issuance may look at, loaded before it from one snapshot.
package struct IssuanceFacts: Sendable {
    package var caller: AuthenticatedCaller
    package var identity: Identity
    /// The identity's owner as they are now; a person is their own owner.
    package var owner: Identity?
    /// A person who answers as that owner: the owner, or a living member of the team that owns.
    package var ownerPerson: Identity?
    package var profile: Profile?
    /// Those of the identity to that profile, in every state.
    package var entitlements: [Entitlement]
    /// When renewing, the entitlement of the credential that is renewed: no other may justify the new one.
    package var renewedEntitlement: EntitlementID?
    package var now: Timestamp
    /// The size of the snapshot that the facts come from.
    package var floor: Int64

    package init(
        caller: AuthenticatedCaller, identity: Identity, owner: Identity?, ownerPerson: Identity?,
        profile: Profile?, entitlements: [Entitlement], renewedEntitlement: EntitlementID?, now: Timestamp, floor: Int64
    ) {
        self.caller = caller
        self.identity = identity
        self.owner = owner
        self.ownerPerson = ownerPerson
        self.profile = profile
        self.entitlements = entitlements
        self.renewedEntitlement = renewedEntitlement
        self.now = now
        self.floor = floor
    }
}

/// On what an issuance rests: policy's answer, with each object in the version that was looked at (P1).
package struct IssuanceBasis: Hashable, Sendable {
    package let identity: Identity
    package let owner: Identity
    /// Who answers as the owner. That they live is part of the decision, so it falls with them.
    package let ownerPerson: Identity
    package let profile: Profile
    package let entitlement: Entitlement
    package let environment: EnvironmentName
    package let purpose: Sentence
    /// How long it may live from now on, after all bounds.
    package let lifetimeSeconds: Int64
    /// The end that no renewal passes: that of the entitlement, if it has one.
    package let latestEnd: Timestamp?
    /// Of a token; empty of a certificate.
    package let scopes: [Scope]
    package let floor: Int64
}

extension IssuanceBasis {
    /// What a recorded credential rested on, to answer for it once more; it permits nothing.
    package init(
        recorded credential: Credential, identity: Identity, owner: Identity, profile: Profile,
        entitlement: Entitlement, scopes: [Scope]
    ) {
        self.init(
            identity: identity, owner: owner, ownerPerson: owner, profile: profile, entitlement: entitlement,
            environment: credential.environment, purpose: credential.purpose,
            lifetimeSeconds: credential.notAfter.seconds - credential.notBefore.seconds,
            latestEnd: entitlement.terms.ends, scopes: scopes, floor: credential.floor)
    }
}
