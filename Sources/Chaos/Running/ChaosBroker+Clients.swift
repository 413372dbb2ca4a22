internal import TenureAPI
internal import TenureClient

extension ChaosBroker {
    func client(token: String) throws(ChaosFault) -> TenureClient {
        do throws(ClientError) {
            return try TenureClient(ClientSettings(address: address, caFile: ready.caFile, token: .file(token)))
        } catch {
            throw ChaosFault("\(error)")
        }
    }

    /// Does something as the administrator.
    func asAdministrator<Value: Sendable>(
        _ body: (TenureClient) async throws(ClientError) -> Value
    ) async throws(ChaosFault) -> Result<Value, ClientError> {
        guard let token = adminTokenFile else { throw ChaosFault("the broker has no administrator") }
        let client = try client(token: token)
        let result: Result<Value, ClientError>
        do throws(ClientError) {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        do throws(ClientError) { try await client.shutdown() } catch { throw ChaosFault("\(error)") }
        return result
    }

    /// The same until it is answered: a broker may still be on its way back, or its database.
    func eventually<Value: Sendable>(
        _ what: String, _ body: (TenureClient) async throws(ClientError) -> Value
    ) async throws(ChaosFault) -> Value {
        var last = ""
        for _ in 0..<200 {
            switch try await asAdministrator(body) {
            case .success(let value): return value
            case .failure(let error) where error.exitStatus == .unavailable: last = "\(error)"
            case .failure(let error): throw ChaosFault("\(what): \(error)")
            }
            try await Self.pause(milliseconds: 50)
        }
        throw ChaosFault("\(what): \(last)")
    }

    /// What became of operations: the index at which they are recorded, or nothing.
    func outcomes(of operations: [String]) async throws(ChaosFault) -> [String: OperationAnswer] {
        guard !operations.isEmpty else { return [:] }
        return try await eventually("asking for operations") { (client) throws(ClientError) in
            var answers: [String: OperationAnswer] = [:]
            for operation in operations { answers[operation] = try await client.operation(operation) }
            return answers
        }
    }

    /// Revokes a token's credential; what a client then has in its hand.
    func revoke(_ token: GivenAnswer) async throws(ChaosFault) -> GivenAnswer {
        let answer = try await asAdministrator { (client) throws(ClientError) in
            try await client.revoke(RevocationBody(target: .reference("credential/" + token.id)))
        }
        switch answer {
        case .failure(let error): throw ChaosFault("revoking \(token.id): \(error)")
        case .success(let answer): return try Self.receipt(answer)
        }
    }

    /// The same until it is acknowledged.
    func revokeEventually(_ token: GivenAnswer) async throws(ChaosFault) -> GivenAnswer {
        try Self.receipt(
            try await eventually("revoking \(token.id)") { (client) throws(ClientError) in
                try await client.revoke(RevocationBody(target: .reference("credential/" + token.id)))
            })
    }

    private static func receipt(_ answer: RevocationAnswer) throws(ChaosFault) -> GivenAnswer {
        guard let id = answer.id, let index = answer.auditIndex else { throw ChaosFault("no receipt: \(answer)") }
        return GivenAnswer(kind: .revocation, id: id, index: index, note: answer.checkpoint?.note)
    }
}
