internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let profiles: [Route] = [
        .reading(
            .profileRead, .get, APIPath.profiles,
            .init("Lists profiles", answer: "ProfilePage", query: ["kind", "state", "page_token", "limit"])
        ) { exchange, caller in
            let query = try exchange.query("kind", "state", "page_token", "limit")
            let read = TypedField()
            let kind: ProfileBody.Kind? = try query.nonEmpty("kind").map { try read.choice($0, "kind") }
            let state: Profile.State? = try query.nonEmpty("state").map { try read.choice($0, "state") }
            let found = try exchange.broker.profiles(by: caller).filter { profile in
                (kind == nil || profile.body.kind == kind) && (state == nil || profile.state == state)
            }
            return try .json(exchange.page(found, query, number: \.number) { ProfileAnswer($0) })
        },
        .reading(
            .profileRead, .get, APIPath.profiles + "/{name}",
            .init("Shows a profile", answer: "ProfileAnswer")
        ) { exchange, caller in
            let profile = try exchange.broker.profile(exchange.parameter(0), by: caller)
            return try .json(ProfileAnswer(profile), version: profile.version)
        },
        .recording(
            .profileWrite, .post, APIPath.profiles,
            .init("Makes a profile", body: "ProfileDocument", answer: "ProfileAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(ProfileDocument.self)
            var desired = try DesiredProfile(body, path: "")
            desired.mustBeNew = true
            let outcome = try await change(desired, exchange, caller, bytes, isDryRun: body.dryRun)
            return try answer(outcome, unchanged: nil, status: .created)
        },
        .recording(
            .profileWrite, .patch, APIPath.profiles + "/{name}",
            .init("Changes a profile", body: "UpdateProfileBody", answer: "ProfileAnswer")
        ) { exchange, caller in
            let old = try exchange.broker.profile(exchange.parameter(0), by: caller)
            let (body, bytes) = try await exchange.body(UpdateProfileBody.self)
            let call = try exchange.call(bytes, isDryRun: body.dryRun)
            if let earlier = try await exchange.broker.earlierChange(as: .profileWrite, by: caller, in: call) {
                return try answer(earlier, unchanged: nil, status: .ok)
            }
            try exchange.refuseStale(old.version)
            var desired = try DesiredProfile(ProfileDocument(old).updated(by: body), path: "")
            if let text = body.state { desired.state = try TypedField().choice(text, "state") }
            desired.seenVersion = old.version
            let outcome = try await change(desired, exchange, caller, bytes, isDryRun: body.dryRun)
            return try answer(outcome, unchanged: old, status: .ok)
        },
    ]

    private static func change(
        _ desired: DesiredProfile, _ exchange: Exchange, _ caller: AuthenticatedCaller, _ bytes: [UInt8],
        isDryRun: Bool?
    ) async throws -> ChangeOutcome {
        var state = DesiredState()
        state.profiles = [desired]
        return try await exchange.broker.change(
            to: state, as: .profileWrite, by: caller, in: try exchange.call(bytes, isDryRun: isDryRun))
    }

    private static func answer(
        _ outcome: ChangeOutcome, unchanged: Profile?, status: HTTPResponse.Status
    ) throws -> Answer {
        let changed = outcome.changes.lazy.compactMap { planned -> Profile? in
            if case .profile(_, let new) = planned.change { new } else { nil }
        }
        guard let profile = changed.first ?? unchanged else { throw Refusal(Problem(.unavailable)) }
        return try .act(
            ProfileAnswer(profile, outcome), outcome.recorded?.place, status: status, version: profile.version)
    }
}

extension ProfileDocument {
    /// With every field that the body names.
    fileprivate func updated(by body: UpdateProfileBody) -> ProfileDocument {
        var document = self
        document.approval = body.approval ?? approval
        document.lifetimeSeconds = body.lifetimeSeconds ?? lifetimeSeconds
        document.maxLifetimeSeconds = body.maxLifetimeSeconds ?? maxLifetimeSeconds
        document.audiences = body.audiences ?? audiences
        document.scopes = body.scopes ?? scopes
        document.bare = body.bare ?? bare
        document.keys = body.keys ?? keys
        document.names = body.names ?? names
        document.usages = body.usages ?? usages
        document.revocationSeconds = body.revocationSeconds ?? revocationSeconds
        document.spiffe = body.spiffe ?? spiffe
        document.foreignConsumers = body.foreignConsumers ?? foreignConsumers
        document.acts = body.acts ?? acts
        document.scope = body.scope ?? scope
        return document
    }
}
