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
            let subject = try subject(body)
            let outcome = try await exchange.broker.rotate(
                subject, by: caller, in: try exchange.call(bytes, isDryRun: body.dryRun))
            let place = outcome.recorded?.place
            var keys = outcome.versions.map { KeyVersionAnswer($0) }
            if let version = outcome.versions.last, !outcome.audienceKeys.isEmpty {
                keys = outcome.audienceKeys.map { KeyVersionAnswer($0, of: version, at: exchange.time) }
            }
            return try .act(
                RotationAnswer(
                    id: outcome.id?.text, kind: body.kind, audience: body.audience,
                    environment: environment(of: outcome), keys: keys, nextStep: outcome.nextStep,
                    auditIndex: place?.index, checkpoint: place?.checkpoint), place)
        }
    ]

    private static func subject(_ body: RotationBody) throws(Refusal) -> RotationSubject {
        let read = TypedField()
        switch body.kind {
        case "token-keys":
            if let text = body.audience {
                guard body.environment == nil else {
                    throw .field("environment", "an audience has one: name the audience alone")
                }
                return .audience(try read.audience(text, "audience"))
            }
            if let text = body.environment { return .tokenKeys(try read.name(text, "environment")) }
            return .allTokenKeys
        default:
            guard let subject = wholes[body.kind] else {
                let known = ["token-keys"] + wholes.keys.sorted()
                throw .field("kind", "one of " + known.joined(separator: ", "))
            }
            guard body.audience == nil else { throw .field("audience", "of token-keys alone") }
            guard body.environment == nil else { throw .field("environment", "of token-keys alone") }
            return subject
        }
    }

    /// What is rotated as a whole.
    private static let wholes: [String: RotationSubject] = [
        "session-keys": .sessionKeys, "issuing-ca": .issuingCA, "key-encryption-key": .keyEncryptionKey,
        "data-key": .dataKey,
    ]

    /// That of all rings which were rotated, where it is one.
    private static func environment(of outcome: RotationOutcome) -> String? {
        let environments = Set(
            outcome.versions.map { version -> EnvironmentName? in
                if case .tokenRing(let environment) = version.purpose { environment } else { nil }
            })
        return environments.count == 1 ? environments.first??.text : nil
    }
}

extension KeyVersionAnswer {
    init(_ version: KeyVersion) {
        self.init(
            id: version.id.text, purpose: version.purpose.text, state: version.state.rawValue,
            signFrom: version.signFrom.secondsText, signUntil: version.signUntil?.secondsText,
            verifyUntil: version.verifyUntil?.secondsText)
    }

    /// One audience's key of a version.
    init(_ key: RotatedKey, of version: KeyVersion, at now: Timestamp) {
        let state: KeyVersion.State =
            now < key.signFrom ? .staged : key.signUntil.map { $0 <= now } ?? false ? .draining : .active
        self.init(
            id: version.id.text, purpose: version.purpose.text, state: state.rawValue, kid: key.kid,
            signFrom: key.signFrom.secondsText, signUntil: key.signUntil?.secondsText,
            verifyUntil: key.verifyUntil?.secondsText)
    }
}
