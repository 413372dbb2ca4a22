internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

extension ProfileDocument {
    /// A profile as its file would have it.
    init(_ profile: Profile) {
        self.init(
            name: profile.name.text, kind: profile.body.kind.rawValue, environment: profile.environment?.text,
            approval: profile.approval.rawValue)
        switch profile.body {
        case .token(let token):
            lifetimeSeconds = token.lifetime.seconds
            maxLifetimeSeconds = token.maximumLifetime.seconds
            audiences = token.audiences.map(\.text)
            scopes = token.scopes.map(\.text)
            bare = token.bare
        case .certificate(let certificate):
            lifetimeSeconds = certificate.lifetime.seconds
            maxLifetimeSeconds = certificate.maximumLifetime.seconds
            keys = certificate.keys.map(\.rawValue)
            names = certificate.names
            usages = certificate.usages.map(\.rawValue)
            revocationSeconds = certificate.revocationSeconds
            spiffe = certificate.spiffe
            foreignConsumers = certificate.foreignConsumers
        case .administration(let role):
            acts = role.acts.map(\.rawValue)
            scope = role.scope.rawValue
        }
    }
}

extension ProfileAnswer {
    init(_ profile: Profile) {
        let document = ProfileDocument(profile)
        self.init(
            id: profile.id.text, name: document.name, kind: document.kind, state: profile.state.rawValue,
            version: profile.version, environment: document.environment, approval: profile.approval.rawValue)
        lifetimeSeconds = document.lifetimeSeconds
        maxLifetimeSeconds = document.maxLifetimeSeconds
        audiences = document.audiences
        scopes = document.scopes
        bare = document.bare
        keys = document.keys
        names = document.names
        usages = document.usages
        revocationSeconds = document.revocationSeconds
        spiffe = document.spiffe
        foreignConsumers = document.foreignConsumers
        acts = document.acts
        scope = document.scope
    }

    /// The profile after a change, with what the change killed.
    init(_ profile: Profile, _ outcome: ChangeOutcome) {
        self.init(profile)
        let place = outcome.recorded?.place
        if place == nil, profile.number < 0 { id = nil }
        dies = DiesAnswer(outcome.counts)
        warnings = WarningAnswer.list(outcome.changes.flatMap(\.warnings))
        auditIndex = place?.index
        checkpoint = place?.checkpoint
    }
}
