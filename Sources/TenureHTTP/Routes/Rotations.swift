internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let rotations: [Route] = [
        .recording(
            .keyRotate, .post, APIPath.rotations,
            .init("Rotates keys", body: "RotationBody", answer: "RotationAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(RotationBody.self)
            let environment = try environment(body, exchange)
            let outcome = try await exchange.broker.rotateTokenKeys(
                of: environment, by: caller, in: try exchange.call(bytes, isDryRun: body.dryRun))
            let place = outcome.recorded?.place
            return try .act(
                RotationAnswer(
                    id: outcome.id?.text, kind: body.kind, environment: environment.text,
                    keys: outcome.versions.map { KeyVersionAnswer($0) }, auditIndex: place?.index,
                    checkpoint: place?.checkpoint), place)
        }
    ]

    private static func environment(_ body: RotationBody, _ exchange: Exchange) throws(Refusal) -> EnvironmentName {
        switch body.kind {
        case "token-keys": break
        case "issuing-ca", "session-keys": throw .field("kind", "\(body.kind) cannot be rotated by hand yet")
        default: throw .field("kind", "one of token-keys, session-keys, issuing-ca")
        }
        guard body.audience == nil else { throw .field("audience", "a single audience cannot be rotated yet") }
        let read = TypedField()
        if let text = body.environment { return try read.name(text, "environment") }
        let rings = exchange.broker.tokenEnvironments
        guard rings.count == 1, let only = rings.first else {
            throw .field("environment", "one of \(rings.map(\.text).joined(separator: ", "))")
        }
        return only
    }
}

extension KeyVersionAnswer {
    init(_ version: KeyVersion) {
        self.init(
            id: version.id.text, purpose: version.purpose.text, state: version.state.rawValue,
            signFrom: version.signFrom.secondsText, signUntil: version.signUntil?.secondsText,
            verifyUntil: version.verifyUntil?.secondsText)
    }
}
