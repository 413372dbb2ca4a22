/// What may be issued within which bounds. Each change makes a new version; the newest is in force.
package struct Profile: Hashable, Sendable {
    package var id: ProfileID
    /// The audit index of the entry that made it: its number in `p` references. −1 until it is recorded.
    package var number: Int64
    package var version: Int64
    package var name: Name
    package var state: State
    /// Nil of a profile of kind `administration`, which holds in all of them.
    package var environment: EnvironmentName?
    package var approval: ApprovalMode
    package var body: ProfileBody

    /// An ended profile justifies nothing any more.
    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
        case active, ended
    }

    package init(
        id: ProfileID, number: Int64, version: Int64, name: Name, state: State, environment: EnvironmentName?,
        approval: ApprovalMode, body: ProfileBody
    ) {
        self.id = id
        self.number = number
        self.version = version
        self.name = name
        self.state = state
        self.environment = environment
        self.approval = approval
        self.body = body
    }
}

/// Who approves an entitlement to a profile.
package enum ApprovalMode: String, Hashable, Sendable, CaseIterable, Codable {
    /// Policy approves, and stands in the approver's column as `policy/PROFILE@VERSION`.
    case none
    /// The living owner of the identity.
    case owner
    /// Somebody who is neither granter nor owner, nor in the granter's team.
    case other
}

/// The bounds of one kind of profile.
package enum ProfileBody: Hashable, Sendable {
    case token(TokenProfile)
    case certificate(CertificateProfile)
    case administration(AdministrationProfile)

    /// What is issued under it.
    package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        case token, certificate, administration
    }

    package var kind: Kind {
        switch self {
        case .token: .token
        case .certificate: .certificate
        case .administration: .administration
        }
    }
}

/// The bounds of a token.
package struct TokenProfile: Hashable, Sendable, Codable {
    package var audiences: [Audience]
    package var scopes: [Scope]
    package var lifetime: Lifetime
    package var maximumLifetime: Lifetime
    /// Shown as the bare JWS instead of `tnr_…`.
    package var bare: Bool

    package init(
        audiences: [Audience], scopes: [Scope], lifetime: Lifetime, maximumLifetime: Lifetime, bare: Bool
    ) {
        self.audiences = audiences
        self.scopes = scopes
        self.lifetime = lifetime
        self.maximumLifetime = maximumLifetime
        self.bare = bare
    }
}

/// The bounds of a certificate.
package struct CertificateProfile: Hashable, Sendable, Codable {
    /// Kinds of subject keys.
    package enum Key: String, Hashable, Sendable, CaseIterable, Codable {
        case p256, p384, ed25519, rsa2048, rsa3072, rsa4096
    }

    /// Extended key usages: TLS servers, TLS clients.
    package enum Usage: String, Hashable, Sendable, CaseIterable, Codable {
        case server, client
    }

    package var keys: [Key]
    /// DNS names; `NAME` stands for the identity's name, `ENVIRONMENT` for its environment.
    package var names: [String]
    package var usages: [Usage]
    /// Whether the certificate carries `spiffe://TRUST_DOMAIN/env/ENVIRONMENT/wl/NAME`.
    package var spiffe: Bool
    package var lifetime: Lifetime
    package var maximumLifetime: Lifetime
    /// How long a revoked certificate may live on for those who read CRLs; at least 300.
    package var revocationSeconds: Int64
    /// Whether the lineage extension is left out, for consumers who reject what they do not know.
    package var foreignConsumers: Bool

    package init(
        keys: [Key], names: [String], usages: [Usage], spiffe: Bool, lifetime: Lifetime, maximumLifetime: Lifetime,
        revocationSeconds: Int64, foreignConsumers: Bool
    ) {
        self.keys = keys
        self.names = names
        self.usages = usages
        self.spiffe = spiffe
        self.lifetime = lifetime
        self.maximumLifetime = maximumLifetime
        self.revocationSeconds = revocationSeconds
        self.foreignConsumers = foreignConsumers
    }
}

/// A role: a set of acts with a scope (FORMATS, section 6).
package struct AdministrationProfile: Hashable, Sendable, Codable {
    /// What the role reaches. All but `everything` are narrowed by the entitlement's constraints: `audiences` for
    /// audiences, `names` for teams and environments. An entitlement without that constraint reaches nothing.
    package enum Scope: String, Hashable, Sendable, CaseIterable, Codable {
        case everything, team, environment, audience
    }

    package var acts: [Act]
    package var scope: Scope

    package init(acts: [Act], scope: Scope) {
        self.acts = acts
        self.scope = scope
    }
}
