internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel

extension FuzzTarget {
    /// What `tenure case verify` is given.
    static let receiptTargets = [receipt]

    private static let receipt = FuzzTarget("receipt", bytesMax: SignedNote.bytesMax + 64) { bytes in
        text(bytes).flatMap { note in CaseReceipt(uncheckedNote: note).map { (note: note, receipt: $0) } }
    } holds: { (_, found) throws(BrokenPromise) in
        let signed = try reread("a receipt is a note") { try SignedNote(found.note) }
        let origin = signed.text.prefix { $0 != "\n" }
        try require(
            same(found.receipt.text(origin: String(origin)), Array(signed.text.utf8)), "a receipt has one spelling")
        try require(!workbench.believes(found.note), "no receipt is believed whose head the log did not sign")
        // The same words in this process's log, so that the parser is fuzzed past the signatures.
        let anchored = try reread("a receipt is anchored again") { try workbench.anchored(found.receipt) }
        guard workbench.believes(try reread("it is signed", { try workbench.note(of: anchored) })) else { return }
        try require(anchored.markCount >= Int64(anchored.marks.count), "a believed receipt proves marks that it counts")
        var moved = anchored
        moved.key.index += 1
        try require(
            !workbench.believes(try reread("it is signed", { try workbench.note(of: moved) })),
            "no key is believed at another place of the log")
    }

    private static let workbench = ReceiptBench()
}

/// A log of this process alone, in which a receipt can be anchored.
struct ReceiptBench: Sendable {
    private let log: NoteSigner
    private let signer: NoteSigner
    private let keyEntry: [UInt8]

    init() {
        do {
            log = try NoteSigner(name: Workbench.origin, key: PrivateKey.generate(.ed25519))
            let key = try PrivateKey.generate(.ed25519)
            keyEntry = try EntryEncoding.encode(
                AuditEntry(
                    at: Workbench.now, act: .keyRotate, actor: .broker, object: "key_00000000000000000000000001",
                    source: nil,
                    rows: [
                        AuditedRowHash(
                            table: "key_version", key: "key_00000000000000000000000001",
                            hash: [UInt8](repeating: 7, count: 32))
                    ],
                    details: [
                        .init("purpose", .text(KeyVersion.Purpose.receipt.text)),
                        .init("public_key", .text(Base64.text(key.publicKey.spkiDER))),
                    ]))
            signer = try NoteSigner(name: Workbench.origin + "/receipt", key: key)
        } catch {
            preconditionFailure("no log can be made: \(error)")
        }
    }

    /// Whether a receipt is believed by who has the log's key.
    func believes(_ note: String) -> Bool {
        do throws(ReceiptError) {
            _ = try ReceiptVerifier.verify(note: note, log: log.verifierKey)
            return true
        } catch {
            return false
        }
    }

    /// The signed note of a receipt, by the key that the log certifies.
    func note(of receipt: CaseReceipt) throws -> String {
        try signer.sign(receipt.text(origin: Workbench.origin + "/receipt"))
    }

    /// The same receipt with its marks in a log of their own, after the entry of the key.
    func anchored(_ receipt: CaseReceipt) throws -> CaseReceipt {
        let bodies = [keyEntry] + receipt.marks.map(\.body)
        let leaves = bodies.map { EntryEncoding.leafHash(of: $0) }
        let size = Int64(leaves.count)
        func proven(_ place: Int) throws -> CaseReceipt.ProvenEntry {
            let proof = try InclusionProof.make(index: Int64(place), size: size) { (_) throws(BrokenPromise) in
                leaves.flatMap { $0 }
            }
            return CaseReceipt.ProvenEntry(index: Int64(place), body: bodies[place], path: proof.path)
        }
        var frontier = Frontier()
        for leaf in leaves { frontier.append(leafHash: leaf) }
        var anchored = receipt
        anchored.key = try proven(0)
        anchored.marks = try receipt.marks.indices.map { try proven($0 + 1) }
        anchored.checkpoint = try log.sign(
            Checkpoint.text(origin: Workbench.origin, size: size, root: frontier.root))
        return anchored
    }

    /// A receipt that is believed, of a person with one workload.
    func sample() throws -> CaseReceipt {
        let references = [LineageReference(.identity, 12), LineageReference(.identity, 14)]
        let marks = try references.map { reference in
            try EntryEncoding.encode(
                AuditEntry(
                    at: Workbench.now, act: .identityWrite, actor: .broker, object: "prs_00000000000000000000000003",
                    source: nil,
                    rows: [
                        AuditedRowHash(
                            table: StateFold.markTable, key: reference.description,
                            hash: RowHash.mark(reference, cuts: true, reason: .affiliationChanged))
                    ]))
        }
        let dead = ["crd_00000000000000000000000001", "crd_00000000000000000000000002"]
        let unanchored = CaseReceipt.ProvenEntry(index: 0, body: [], path: [])
        return try anchored(
            CaseReceipt(
                id: ReceiptID(high: 0x0190_0000_0000_7000, low: 1 << 63 | 1),
                caseID: CaseID(high: 0x0190_0000_0000_7000, low: 1 << 63 | 2), target: "person/ada",
                targetID: "prs_00000000000000000000000003", transferTo: nil, reason: "affiliationChanged",
                at: Workbench.now, endedCount: 2, passedCount: 0, tokenCount: 1, certificateCount: 1,
                deadRoot: CaseReceipt.root(ofDead: dead), examples: dead, markCount: 2,
                marksRoot: CaseReceipt.root(ofMarks: [(references[0], 1), (references[1], 2)]),
                marks: marks.map { CaseReceipt.ProvenEntry(index: 0, body: $0, path: []) },
                states: ["recorded", "counted", "listed"], lags: [.init(profile: "service-tls", seconds: 3_600)],
                key: unanchored, checkpoint: ""))
    }
}
