internal import Foundation
internal import NIOHTTP1
internal import TenureAPI

/// An answer that names the checkpoint under which it was recorded.
protocol RecordedAnswer: Decodable, Sendable {
    var auditIndex: Int64? { get }
    var checkpoint: CheckpointAnswer? { get }
}

extension LoginAnswer: RecordedAnswer {}
extension IssueTokenAnswer: RecordedAnswer {}
extension IssueCertificateAnswer: RecordedAnswer {}
extension RevocationAnswer: RecordedAnswer {}
extension CaseAnswer: RecordedAnswer {}
extension PlanAnswer: RecordedAnswer {}
extension ApplicationAnswer: RecordedAnswer {}
extension RotationAnswer: RecordedAnswer {}
extension IdentityAnswer: RecordedAnswer {}
extension TrustAnswer: RecordedAnswer {}
extension ProfileAnswer: RecordedAnswer {}
extension EntitlementAnswer: RecordedAnswer {}

extension TenureClient {
    /// Asks for JSON.
    func get<Answer: Decodable>(
        _ path: String, query: [(name: String, value: String?)] = []
    ) async throws(ClientError) -> Answer {
        try Self.decoded(try await send(ClientRequest(path: path, query: query)))
    }

    /// Asks for an object together with its version.
    func getVersioned<Answer: Decodable & Sendable>(
        _ path: String
    ) async throws(ClientError) -> (answer: Answer, version: Int64?) {
        let response = try await send(ClientRequest(path: path))
        return (try Self.decoded(response), response.version)
    }

    /// Sends JSON to a call that records, and compares the checkpoint of its answer with the largest that was seen.
    ///
    /// - Parameter isRepeatable: whether the broker answers the same request under the same key again.
    func record<Answer: RecordedAnswer>(
        _ method: HTTPMethod = .POST, _ path: String, _ body: some Encodable & Sendable, ifMatch: Int64? = nil,
        authenticated: Bool = true, isRepeatable: Bool = true, seconds: Int64? = nil
    ) async throws(ClientError) -> Answer {
        let remembered = checkpoints?.recall()
        let response = try await sendAgain(
            ClientRequest(
                method: method, path: path, body: try Self.encoded(body), ifMatch: ifMatch,
                idempotencyKey: isRepeatable ? settings.idempotencyKey?() : nil, authenticated: authenticated,
                seconds: seconds))
        let answer: Answer = try Self.decoded(response)
        guard let checkpoint = answer.checkpoint, let checkpoints else { return answer }
        try CheckpointMemory.check(checkpoint, index: answer.auditIndex, against: remembered)
        try await requireExtension(of: remembered, by: checkpoint, checkpoints, authenticated: authenticated)
        do {
            try await checkpoints.keep(checkpoint)
        } catch {
            // The folder may be another's. What was asked is done, and a checkpoint less is remembered.
            return answer
        }
        return answer
    }

    /// Objects to a larger tree that does not extend the remembered one, where the broker gives the proof.
    private func requireExtension(
        of remembered: CheckpointMemory.Remembered?, by checkpoint: CheckpointAnswer, _ memory: CheckpointMemory,
        authenticated: Bool
    ) async throws(ClientError) {
        guard authenticated, let remembered, let seen = CheckpointHead(note: checkpoint.note),
            seen.origin == remembered.origin, remembered.size > 0, seen.size > remembered.size, memory.mayAskForProofs
        else { return }
        let proof: ConsistencyProofAnswer
        do {
            proof = try await consistencyProof(from: remembered.size, to: seen.size)
        } catch {
            // Not now, or not for this caller. What was asked is done, and the remembered one stays for the next time.
            guard error.exitStatus == .refused || error.exitStatus == .notFound else { return }
            do { try await memory.rememberRefusal() } catch { return }
            return
        }
        guard proof.from == remembered.size, proof.to == seen.size,
            memory.proves(proof, remembered.root, seen.root)
        else {
            throw .logRewritten("its \(seen.size) entries do not extend the \(remembered.size) that were seen before")
        }
    }

    static func decoded<Answer: Decodable>(_ response: ClientResponse) throws(ClientError) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(response.body))
        } catch {
            // The decoder's own words would quote the answer, which may hold a secret (T5).
            throw .unexpectedAnswer(
                status: response.status, detail: "with a body that this program does not understand")
        }
    }

    static func encoded(_ body: some Encodable) throws(ClientError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do {
            return Array(try encoder.encode(body))
        } catch {
            throw .settings("the request cannot be written as JSON")
        }
    }
}
