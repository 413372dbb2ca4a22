internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import OpenSSLCrypto
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let revocations: [Route] = [
        .recording(
            .revocationCreate, .post, APIPath.revocations,
            .init("Revokes what hangs on a target", body: "RevocationBody", answer: "RevocationAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(RevocationBody.self)
            let reason = try TypedField().reason(body.reason, otherwise: .unspecified)
            let outcome = try await exchange.broker.revoke(
                try RevocationTarget(body.target, tokenBytesMax: exchange.limits.tokenBytesMax), reason: reason,
                by: caller, in: try exchange.call(bytes, isDryRun: body.dryRun))
            let place = outcome.recorded?.place
            return try .act(
                RevocationAnswer(
                    id: outcome.id?.text, target: outcome.target, reason: reason.rawValue,
                    cutoffIndex: outcome.cutIndex,
                    counts: outcome.counts.isPending ? nil : CountsAnswer(outcome.counts),
                    countsPending: outcome.counts.isPending ? true : nil,
                    familyCounts: outcome.familyCounts.map { CountsAnswer($0) },
                    examples: outcome.counts.exampleTexts, blocksKey: outcome.blocksKey ? true : nil,
                    auditIndex: place?.index, checkpoint: place?.checkpoint),
                place)
        }
    ]
}

extension RevocationTarget {
    init(_ body: RevocationTargetBody, tokenBytesMax: Int) throws(Refusal) {
        switch body {
        case .reference(let text):
            self = .object(try TypedField().reference(text, "target"))
        case .certificate(let pem):
            self = .certificate(try Self.der(pem, PEM.certificate, "target.certificate"))
        case .publicKey(let pem):
            self = .publicKey(try Self.der(pem, PEM.publicKey, "target.public_key"))
        case .token(let text):
            guard (1...tokenBytesMax).contains(text.utf8.count) else {
                throw .field("target.token", "1 to \(tokenBytesMax) bytes")
            }
            self = .token(text)
        }
    }

    /// The first block: a file with a whole chain begins with the leaf.
    private static func der(_ pem: String, _ label: String, _ field: String) throws(Refusal) -> [UInt8] {
        guard let block = try? PEM.decodeAll(Array(pem.utf8), label: label, countMax: 8).first else {
            throw .field(field, "a PEM block \(label)")
        }
        return block
    }
}
