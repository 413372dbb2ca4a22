internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let plans: [Route] = [
        .recording(
            .planApply, .post, APIPath.plans,
            .init("Plans an estate; nothing changes", body: "PlanBody", answer: "PlanAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(PlanBody.self, isEstate: true)
            guard body.prune != true else { throw Refusal.field("prune", "is not supported yet") }
            let plan = try await exchange.broker.plan(
                body.estate, by: caller, in: try exchange.call(bytes, isDryRun: body.dryRun))
            return try .json(
                PlanAnswer(
                    id: plan.id?.text, baseVersion: plan.outcome.baseVersion, estate: plan.estate,
                    changes: plan.outcome.changes.map { ChangeAnswer($0) }, dies: DiesAnswer(plan.outcome.counts),
                    expiresAt: plan.expires?.secondsText,
                    warnings: WarningAnswer.list(plan.outcome.changes.flatMap(\.warnings))),
                status: plan.id == nil ? .ok : .created)
        },
        .recording(
            .planApply, .post, APIPath.plans + "/{id}/application",
            .init("Carries out a plan", body: "ApplicationBody", answer: "ApplicationAnswer", status: 201)
        ) { exchange, caller in
            let text = exchange.parameter(0)
            guard let id = try? PlanID(text) else { throw Refusal.noObject }
            let (body, bytes) = try await application(exchange)
            let plan = try await exchange.broker.apply(
                id, by: caller, in: try exchange.call(bytes, isDryRun: body.dryRun))
            let place = plan.outcome.recorded?.place
            var answer = try Answer.act(
                ApplicationAnswer(
                    plan: id.text, estate: plan.estate, changes: plan.outcome.changes.map { ChangeAnswer($0) },
                    dies: DiesAnswer(plan.outcome.counts), operation: place?.operation, auditIndex: place?.index,
                    checkpoint: place?.checkpoint), place)
            // A plan without changes is applied by recording nothing.
            if body.dryRun != true { answer.status = .created }
            return answer
        },
    ]

    /// The body may be left out.
    private static func application(_ exchange: Exchange) async throws -> (value: ApplicationBody, bytes: [UInt8]) {
        let hasBody =
            !exchange.request.values(of: .transferEncoding).isEmpty
            || exchange.request.values(of: .contentLength).contains { $0 != "0" }
        return hasBody ? try await exchange.body(ApplicationBody.self) : (ApplicationBody(), [])
    }
}
