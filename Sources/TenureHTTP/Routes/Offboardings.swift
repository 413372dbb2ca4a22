internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let offboardings: [Route] = [
        .recording(
            .offboardingCreate, .post, APIPath.offboardings,
            .init("Ends an identity and what it owns", body: "OffboardingBody", answer: "CaseAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(OffboardingBody.self)
            let read = TypedField()
            var heir: ObjectReference?
            if let text = body.transferTo { heir = try read.reference(text, "transfer_to") }
            let reason = try read.reason(body.reason, otherwise: .cessationOfOperation)
            let outcome = try await exchange.broker.offboard(
                try read.reference(body.target, "target"), to: heir, reason: reason, by: caller,
                in: try exchange.call(bytes, isDryRun: body.dryRun))
            let place = outcome.recorded?.place
            let answer = CaseAnswer(
                id: outcome.id?.text, state: outcome.state.rawValue,
                plan: OffboardingPlanAnswer(outcome.plan, reason: reason.rawValue, counts: outcome.counts),
                auditIndex: place?.index, checkpoint: place?.checkpoint)
            return try .act(answer, place, status: outcome.state == .applied ? .created : .accepted)
        },
        .reading(
            .caseRead, .get, APIPath.offboardings,
            .init("Lists cases", answer: "CasePage", query: ["page_token", "limit"])
        ) { exchange, caller in
            let query = try exchange.query("page_token", "limit")
            return try .json(
                try await exchange.broker.caseAnswers(
                    before: try query.number("page_token"), limit: try exchange.limit(query), by: caller))
        },
        .reading(
            .caseRead, .get, APIPath.offboardings + "/{id}",
            .init("Shows a case, with its receipt once it is closed", answer: "CaseAnswer")
        ) { exchange, caller in
            try .json(try await exchange.broker.caseAnswer(try caseID(exchange), by: caller))
        },
        .reading(
            .caseRead, .get, APIPath.offboardings + "/{id}/dead",
            .init("Lists the credentials that died", answer: "DeadPage", query: ["page_token", "limit"])
        ) { exchange, caller in
            let query = try exchange.query("page_token", "limit")
            var after: CredentialID?
            if let text = query.nonEmpty("page_token") {
                guard let id = try? CredentialID(text) else { throw Refusal.field("page_token", "of the page before") }
                after = id
            }
            return try .json(
                try await exchange.broker.deadAnswer(
                    of: try caseID(exchange), after: after, limit: try exchange.limit(query), by: caller))
        },
    ]

    private static func caseID(_ exchange: Exchange) throws(Refusal) -> CaseID {
        guard let id = try? CaseID(exchange.parameter(0)) else { throw .noObject }
        return id
    }
}
