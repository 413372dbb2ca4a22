internal import AuditLog
internal import Foundation
internal import OpenSSLCrypto
internal import TenureAPI

extension FuzzTarget {
    /// What a log, or one who serves it, says.
    static let auditTargets = [
        entryBody, signedNote, checkpointText, verifierKey, exportLine, export, tilePath, frontier, proof,
    ]

    private static let entryBody = FuzzTarget("entry-body", bytesMax: EntryEncoding.bodyBytesMax + 64) { bytes in
        try EntryEncoding.decode(bytes)
    } holds: { (bytes, entry) throws(BrokenPromise) in
        let again = try reread("an entry is encoded again") { try EntryEncoding.encode(entry) }
        try require(again == bytes, "an entry has one encoding")
        var fold = StateFold()
        fold.feed(index: 0, entry: entry)
        fold.finish()
    }

    private static let signedNote = FuzzTarget("signed-note", bytesMax: 8192) { bytes in
        try text(bytes).map { try SignedNote($0) }
    } holds: { (bytes, note) throws(BrokenPromise) in
        var again = note.text + "\n"
        for signature in note.signatures {
            let keyID = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: signature.keyID >> $0) }
            again += "— " + signature.name + " " + Base64.text(keyID + signature.bytes) + "\n"
        }
        try require(same(again, bytes), "a note has one spelling")
        var isSigned = true
        do throws(NoteError) { _ = try note.verifiedText(by: workbench.signer.verifierKey) } catch { isSigned = false }
        try require(!isSigned, "no note is signed by a key that did not sign it")
    }

    /// A text under a right signature: what a log that lost its mind could have signed.
    private static let checkpointText = FuzzTarget("checkpoint-text", bytesMax: 4096) { bytes -> Checkpoint? in
        guard let text = text(bytes), bytes.last == 0x0A, bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            return nil
        }
        return try Checkpoint(note: workbench.signer.sign(text), key: workbench.signer.verifierKey)
    } holds: { (bytes, checkpoint) throws(BrokenPromise) in
        let text = Checkpoint.text(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)
        try require(same(text, bytes), "a checkpoint has one spelling")
        try require((0...Frontier.sizeMax).contains(checkpoint.size), "a log has at most 2^53 entries")
    }

    private static let verifierKey = FuzzTarget("verifier-key", bytesMax: 1024) { bytes in
        try text(bytes).map { try VerifierKey($0) }
    } holds: { (bytes, key) throws(BrokenPromise) in
        try require(same(key.text, bytes), "a verifier key has one spelling")
    }

    private static let exportLine = FuzzTarget("export-line", bytesMax: 16_384) { bytes in
        try LogExport.decode(bytes)
    } holds: { (bytes, line) throws(BrokenPromise) in
        let again = try reread("a line is encoded again") { try LogExport.encode(line) }
        try require(again == bytes + [0x0A], "a line has one encoding")
    }

    /// A whole export under a key that never signed it.
    private static let export = FuzzTarget(name: "export", bytesMax: 16_384) { (bytes) throws(BrokenPromise) in
        var verifier = LogExportVerifier(key: workbench.signer.verifierKey)
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) { verifier.feed(line: Array(line)) }
        let report = verifier.finish()
        try require(!report.isWhole, "no export is whole without the log's signature")
        return .refused(
            report.findings.prefix(3).map { Mirror(reflecting: $0).children.first?.label ?? "one" }.joined())
    }

    private static let tilePath = FuzzTarget("tile-path", bytesMax: 256) { bytes in
        text(bytes).flatMap { TileCoordinate(path: $0) }
    } holds: { (bytes, tile) throws(BrokenPromise) in
        try require(same(tile.path, bytes), "a tile has one path")
        _ = tile.exists(inTreeOf: Frontier.sizeMax)
        try require(tile.level == 0 || tile.children.count == tile.width, "a tile has as many children as hashes")
    }

    private static let frontier = FuzzTarget("frontier", bytesMax: 4096) { bytes in
        Frontier(encoded: bytes)
    } holds: { (bytes, frontier) throws(BrokenPromise) in
        try require(frontier.encoded == bytes, "a frontier has one encoding")
        try require(frontier.root.count == 32, "a root has 32 bytes")
    }

    /// Proofs as the server answers them, taken by a client.
    private static let proof = FuzzTarget(name: "proof", bytesMax: 8192) { (bytes) throws(BrokenPromise) in
        do throws(StrictJSONError) { try StrictJSON.check(bytes) } catch { return .refused(error.reason.rawValue) }
        let decoder = JSONDecoder()
        do {
            let answer = try decoder.decode(InclusionProofAnswer.self, from: Data(bytes))
            guard let path = hashes(answer.hashes), let leaf = hash(answer.leafHash), let root = hash(answer.root)
            else {
                return .refused("no hashes")
            }
            let proof = InclusionProof(index: answer.index, size: answer.size, path: path)
            guard proof.verifies(leafHash: leaf, root: root) else { return .refused("does not verify") }
            let isTooLong = InclusionProof(index: answer.index, size: answer.size, path: path + [leaf])
            try require(!isTooLong.verifies(leafHash: leaf, root: root), "a longer proof proves nothing")
            return .accepted("verifies")
        } catch let error as BrokenPromise {
            throw error
        } catch {
            return try consistency(bytes)
        }
    }

    private static func consistency(_ bytes: [UInt8]) throws(BrokenPromise) -> Verdict {
        let answer: ConsistencyProofAnswer
        do { answer = try JSONDecoder().decode(ConsistencyProofAnswer.self, from: Data(bytes)) } catch {
            return .refused("no proof")
        }
        guard let path = hashes(answer.hashes), let old = answer.fromRoot.flatMap(hash),
            let new = answer.toRoot.flatMap(hash)
        else { return .refused("no hashes") }
        let proof = ConsistencyProof(oldSize: answer.from, newSize: answer.to, path: path)
        guard proof.verifies(oldRoot: old, newRoot: new) else { return .refused("is not consistent") }
        let isTooLong = ConsistencyProof(oldSize: answer.from, newSize: answer.to, path: path + [old])
        try require(!isTooLong.verifies(oldRoot: old, newRoot: new), "a longer proof proves nothing")
        return .accepted("is consistent")
    }

    private static func hash(_ text: String) -> [UInt8]? { Base64.decode(Array(text.utf8)[...]) }

    private static func hashes(_ texts: [String]) -> [[UInt8]]? {
        let hashes = texts.compactMap(hash)
        return hashes.count == texts.count ? hashes : nil
    }

    private static let workbench = Workbench()
}
