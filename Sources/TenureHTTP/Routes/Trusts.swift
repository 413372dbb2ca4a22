internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let trusts: [Route] = [
        .reading(
            .trustRead, .get, APIPath.trusts,
            .init("Lists trusts", answer: "TrustPage", query: ["identity", "state", "page_token", "limit"])
        ) { exchange, caller in
            let query = try exchange.query("identity", "state", "page_token", "limit")
            let read = TypedField()
            let state: Trust.State? = try query.nonEmpty("state").map { try read.choice($0, "state") }
            let identity = try query.nonEmpty("identity").map { try read.reference($0, "identity") }
            let names = ObjectNames(exchange.broker)
            let found = try exchange.broker.trusts(of: identity, by: caller).filter {
                state == nil || $0.state == state
            }
            return try .json(exchange.page(found, query, number: \.number) { TrustAnswer($0, names) })
        },
        .reading(
            .trustRead, .get, APIPath.trusts + "/{name}",
            .init("Shows a trust", answer: "TrustAnswer")
        ) { exchange, caller in
            let trust = try exchange.broker.trust(exchange.parameter(0), by: caller)
            return try .json(TrustAnswer(trust, ObjectNames(exchange.broker)), version: trust.version)
        },
        .recording(
            .trustWrite, .post, APIPath.trusts,
            .init("Makes a trust", body: "CreateTrustBody", answer: "TrustAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(CreateTrustBody.self)
            var secret: BootstrapSecret?
            let method = try method(body, exchange, &secret)
            let read = TypedField()
            var desired = DesiredTrust(
                path: "", name: try read.name(body.name, "name"),
                identity: try read.reference(body.identity, "identity"), method: method)
            desired.mustBeNew = true
            let outcome = try await change(desired, exchange, caller, bytes, isDryRun: body.dryRun)
            return try answer(outcome, unchanged: nil, secret: secret, exchange, status: .created)
        },
        .recording(
            .trustWrite, .patch, APIPath.trusts + "/{name}",
            .init("Changes a trust", body: "UpdateTrustBody", answer: "TrustAnswer")
        ) { exchange, caller in
            let old = try exchange.broker.trust(exchange.parameter(0), by: caller)
            let (body, bytes) = try await exchange.body(UpdateTrustBody.self)
            let call = try exchange.call(bytes, isDryRun: body.dryRun)
            if let earlier = try await exchange.broker.earlierChange(as: .trustWrite, by: caller, in: call) {
                return try answer(earlier, unchanged: nil, secret: nil, exchange, status: .ok)
            }
            try exchange.refuseStale(old.version)
            let read = TypedField()
            let owner = ObjectNames(exchange.broker).reference(old.identity)
            var desired = DesiredTrust(
                path: "", name: old.name, identity: try read.reference(owner, "identity"),
                method: try method(body, of: old))
            if let text = body.state { desired.state = try read.choice(text, "state") }
            desired.reason = try read.reason(body.reason, otherwise: .unspecified)
            desired.seenVersion = old.version
            let outcome = try await change(desired, exchange, caller, bytes, isDryRun: body.dryRun)
            return try answer(outcome, unchanged: old, secret: nil, exchange, status: .ok)
        },
    ]

    /// How long a bootstrap secret may work.
    private static let bootstrapSeconds: ClosedRange<Int64> = 60...86_400

    private static func method(
        _ body: CreateTrustBody, _ exchange: Exchange, _ secret: inout BootstrapSecret?
    ) throws -> Trust.Method {
        guard let seconds = body.bootstrapSeconds else {
            guard let audience = body.audience else { throw Refusal.field("audience", "is missing") }
            return .oidc(
                try EstateItems.oidc(
                    preset: body.preset, issuer: body.issuer, audience: audience, claims: body.claims ?? [:],
                    presentations: body.presentations))
        }
        guard body.preset == nil, body.issuer == nil, body.audience == nil, body.claims == nil else {
            throw Refusal.field("bootstrap_seconds", "a bootstrap secret has neither issuer nor claims")
        }
        guard bootstrapSeconds.contains(seconds) else {
            throw Refusal.field(
                "bootstrap_seconds", "from \(bootstrapSeconds.lowerBound) to \(bootstrapSeconds.upperBound)")
        }
        let made = try BootstrapSecret()
        secret = made
        return .bootstrap(BootstrapTrust(secretHash: made.hash, ends: exchange.time.adding(seconds: seconds)))
    }

    private static func method(_ body: UpdateTrustBody, of old: Trust) throws(Refusal) -> Trust.Method {
        let changesOIDC =
            body.issuer != nil || body.audience != nil || body.claims != nil || body.presentations != nil
        guard changesOIDC else { return old.method }
        guard let oidc = old.oidc else { throw .field("issuer", "a bootstrap secret has neither issuer nor claims") }
        return .oidc(
            try EstateItems.oidc(
                preset: oidc.preset?.rawValue, issuer: body.issuer ?? IssuerBody(oidc),
                audience: body.audience ?? oidc.audience, claims: body.claims ?? oidc.claimValues,
                presentations: body.presentations ?? PresentationsValue(oidc.presentations)))
    }

    private static func change(
        _ desired: DesiredTrust, _ exchange: Exchange, _ caller: AuthenticatedCaller, _ bytes: [UInt8],
        isDryRun: Bool?
    ) async throws -> ChangeOutcome {
        var state = DesiredState()
        state.trusts = [desired]
        return try await exchange.broker.change(
            to: state, as: .trustWrite, by: caller, in: try exchange.call(bytes, isDryRun: isDryRun))
    }

    private static func answer(
        _ outcome: ChangeOutcome, unchanged: Trust?, secret: BootstrapSecret?, _ exchange: Exchange,
        status: HTTPResponse.Status
    ) throws -> Answer {
        let changed = outcome.changes.lazy.compactMap { planned -> Trust? in
            if case .trust(_, let new) = planned.change { new } else { nil }
        }
        guard let trust = changed.first ?? unchanged else { throw Refusal(Problem(.unavailable)) }
        var answer = TrustAnswer(trust, outcome, ObjectNames(exchange.broker))
        // Shown once, after it was recorded: a repeated request gets none, least of all one that was not recorded.
        if outcome.recorded != nil, !outcome.isRepeated { answer.secret = secret?.text }
        return try .act(answer, outcome.recorded?.place, status: status, version: trust.version)
    }
}
