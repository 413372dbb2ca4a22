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
            let plan = outcome.plan
            let answer = CaseAnswer(
                id: outcome.id?.text, state: outcome.state.rawValue,
                plan: OffboardingPlanAnswer(
                    target: plan.ends.first?.reference.description ?? body.target,
                    transferTo: plan.heir?.reference.description, reason: reason.rawValue,
                    ends: plan.ends.map(\.reference.description),
                    passes: plan.passes.map { workload in
                        TransferAnswer(
                            workload: workload.reference.description, to: plan.heir?.reference.description ?? "")
                    }, dies: DiesAnswer(outcome.counts)),
                auditIndex: place?.index, checkpoint: place?.checkpoint)
            let status: HTTPResponse.Status = outcome.state == .planned ? .accepted : .created
            return try .act(answer, place, status: status)
        }
    ]
}
