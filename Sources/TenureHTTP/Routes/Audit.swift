internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import OpenSSLCrypto
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let audit: [Route] = [
        .reading(
            .auditRead, .get, APIPath.auditEntries,
            .init("Entries of the log from an index on", answer: "AuditEntriesAnswer", query: ["since", "limit"])
        ) { exchange, caller in
            let query = try exchange.query("since", "limit")
            let since = try query.number("since") ?? 0
            let limit = try exchange.limit(query)
            let items = try await exchange.broker.entryAnswers(since: since, limit: limit, by: caller)
            let next = Int64(items.count) == limit ? items.last.map { $0.index + 1 } : nil
            return try .json(
                AuditEntriesAnswer(
                    items: items, nextSince: next, checkpoint: CheckpointAnswer(exchange.broker.checkpoint)))
        },
        .reading(
            .auditRead, .get, APIPath.inclusionProofs,
            .init("That an entry is in the log", answer: "InclusionProofAnswer", query: ["index", "size"])
        ) { exchange, caller in
            let query = try exchange.query("index", "size")
            let size = try query.number("size") ?? exchange.broker.checkpoint.size
            return try .json(
                try await exchange.broker.inclusionAnswer(
                    of: try query.requiredNumber("index"), in: size, by: caller))
        },
        .reading(
            .auditRead, .get, APIPath.consistencyProofs,
            .init("That the log only grew", answer: "ConsistencyProofAnswer", query: ["from", "to"])
        ) { exchange, caller in
            let query = try exchange.query("from", "to")
            let checkpoint = exchange.broker.checkpoint
            let from = try query.requiredNumber("from")
            let to = try query.number("to") ?? checkpoint.size
            let proof = try await exchange.broker.consistencyProof(from: from, to: to, by: caller)
            return try .json(
                ConsistencyProofAnswer(
                    from: proof.oldSize, to: proof.newSize,
                    toRoot: to == checkpoint.size ? Base64.text(checkpoint.root) : nil,
                    hashes: proof.path.map(Base64.text), checkpoint: CheckpointAnswer(checkpoint)))
        },
        .open(
            .get, APIPath.auditCheckpoint,
            .init("The newest signed checkpoint (C2SP tlog-checkpoint)", mediaType: "text/plain")
        ) { exchange in .text(exchange.broker.checkpoint.note) },
        .open(
            .get, APIPath.auditKey,
            .init("The key that verifies checkpoints (C2SP signed-note)", mediaType: "text/plain")
        ) { exchange in .text(exchange.facts.auditKey + "\n", cache: .seconds(3_600)) },
        .reading(
            .auditRead, .get, APIPath.auditTiles + "/{path...}",
            .init("A tile of the log (C2SP tlog-tiles)", mediaType: "application/octet-stream")
        ) { exchange, caller in
            let path = "tile/" + exchange.parameter(0)
            guard let coordinate = TileCoordinate(path: path),
                let bytes = try await exchange.broker.tile(coordinate, by: caller)
            else { throw Refusal.notFound("no such tile") }
            return Answer(mediaType: "application/octet-stream", bytes: bytes)
        },
    ]
}
