internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let operations: [Route] = [
        .reading(
            .operationRead, .get, APIPath.operations + "/{id}",
            .init("What became of a call", answer: "OperationAnswer")
        ) { exchange, caller in
            let text = exchange.parameter(0)
            guard let id = try? OperationID(text) else {
                throw Refusal.noObject
            }
            return try .json(try await exchange.broker.operationAnswer(id, by: caller))
        }
    ]
}
