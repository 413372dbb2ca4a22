internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let entitlements: [Route] = [
        .reading(
            .entitlementRead, .get, APIPath.entitlements,
            .init(
                "Lists entitlements", answer: "EntitlementPage",
                query: ["identity", "profile", "state", "page_token", "limit"])
        ) { exchange, caller in
            let query = try exchange.query("identity", "profile", "state", "page_token", "limit")
            let read = TypedField()
            let state: Entitlement.State? = try query.nonEmpty("state").map { try read.choice($0, "state") }
            let identity = try query.nonEmpty("identity").map { try read.reference($0, "identity") }
            let names = ObjectNames(exchange.broker)
            let found = try exchange.broker.entitlements(
                of: identity, to: query.nonEmpty("profile").map(bareProfile), by: caller
            ).filter { state == nil || $0.state == state }
            return try .json(exchange.page(found, query, number: \.number) { EntitlementAnswer($0, names) })
        },
        .reading(
            .entitlementRead, .get, APIPath.entitlements + "/{id}",
            .init("Shows an entitlement", answer: "EntitlementAnswer")
        ) { exchange, caller in
            let entitlement = try exchange.broker.entitlement(try entitlementID(exchange), by: caller)
            return try .json(
                EntitlementAnswer(entitlement, ObjectNames(exchange.broker)), version: entitlement.version)
        },
        .recording(
            .entitlementRequest, .post, APIPath.entitlements,
            .init("Asks for an entitlement", body: "CreateEntitlementBody", answer: "EntitlementAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(CreateEntitlementBody.self)
            var desired = try EstateItems.entitlement(
                EstateEntitlement(
                    identity: body.identity, profile: bareProfile(body.profile), constraints: body.constraints,
                    justification: body.justification, ends: body.ends, review: body.review))
            desired.starts = try TypedField().time(body.starts, "starts")
            var state = DesiredState()
            state.entitlements = [desired]
            let outcome = try await exchange.broker.change(
                to: state, as: .entitlementRequest, by: caller, in: try exchange.call(bytes, isDryRun: body.dryRun))
            let made = outcome.changes.lazy.compactMap { planned -> Entitlement? in
                if case .entitlement(_, let new) = planned.change { new } else { nil }
            }
            guard let entitlement = made.first else { throw LifecycleError.conflict("it is entitled to that already") }
            return try answer(entitlement, outcome, exchange, status: .created)
        },
        .recording(
            .entitlementApprove, .patch, APIPath.entitlements + "/{id}",
            .init("Approves, ends or amends", body: "UpdateEntitlementBody", answer: "EntitlementAnswer")
        ) { exchange, caller in
            let id = try entitlementID(exchange)
            let (body, bytes) = try await exchange.body(UpdateEntitlementBody.self)
            let expected = try exchange.expectedVersion()
            let (entitlement, outcome) = try await exchange.broker.decide(
                try decision(body, on: id, expected, exchange, caller), on: id, expectedVersion: expected, by: caller,
                in: try exchange.call(bytes, isDryRun: body.dryRun))
            return try answer(entitlement, outcome, exchange, status: .ok)
        },
    ]

    private static func entitlementID(_ exchange: Exchange) throws(Refusal) -> EntitlementID {
        let text = exchange.parameter(0)
        guard let id = try? EntitlementID(text) else { throw .noObject }
        return id
    }

    /// `profile/ci-token` is `ci-token` where a field holds profiles alone.
    private static func bareProfile(_ text: String) -> String {
        text.hasPrefix("profile/") ? String(text.dropFirst("profile/".count)) : text
    }

    private static func decision(
        _ body: UpdateEntitlementBody, on id: EntitlementID, _ expected: Int64?, _ exchange: Exchange,
        _ caller: AuthenticatedCaller
    ) throws -> EntitlementDecision {
        let read = TypedField()
        let amends =
            body.constraints != nil || body.justification != nil || body.ends != nil || body.review != nil
        if let text = body.state {
            guard !amends else { throw Refusal.field("state", "approve or end in one call, amend in another") }
            switch try read.choice(text, "state", of: Entitlement.State.self) {
            case .requested: throw Refusal.field("state", "active or ended")
            case .ended: return .end(try read.reason(body.reason, otherwise: .privilegeWithdrawn))
            case .active: break
            }
        }
        // Approving version 3 approves version 3, and no other (THREATS, T42).
        guard let expected else { throw Refusal.field(APIHeader.ifMatch, "must name the version that you saw") }
        guard amends else {
            guard body.state != nil else { throw Refusal.field("", "nothing is to be changed") }
            return .approve
        }
        let seen = try exchange.broker.entitlement(id, by: caller)
        // The other terms are those of the version that was seen.
        guard seen.version == expected else {
            throw LifecycleError.stale("it is version \(seen.version) now: look again")
        }
        var terms = seen.terms
        if let text = body.justification { terms.justification = try read.sentence(text, "justification") }
        if let ends = try read.time(body.ends, "ends") { terms.ends = ends }
        if let review = try read.time(body.review, "review") { terms.review = review }
        if let constraints = body.constraints { terms.constraints = try EstateItems.constraints(constraints) }
        return .amend(terms)
    }

    private static func answer(
        _ entitlement: Entitlement, _ outcome: ChangeOutcome, _ exchange: Exchange, status: HTTPResponse.Status
    ) throws -> Answer {
        try .act(
            EntitlementAnswer(entitlement, outcome, ObjectNames(exchange.broker)), outcome.recorded?.place,
            status: status, version: entitlement.version)
    }
}
