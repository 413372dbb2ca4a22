internal import OpenSSLCrypto
internal import TenureModel

/// Checks a receipt with the log's own key alone: the key that signed it is certified by an entry of the log, each mark
/// that it names is an entry of the log, and the head in which they lie is signed.
package enum ReceiptVerifier {
    /// Verifies a receipt.
    ///
    /// - Parameter log: the log's verifier key, as in `audit.vkey`.
    /// - Throws: the first thing that is not as it says.
    package static func verify(note: String, log: VerifierKey) throws(ReceiptError) -> CaseReceipt {
        let signed: SignedNote
        let origin: String
        let receipt: CaseReceipt
        do {
            signed = try SignedNote(note)
            (origin, receipt) = try CaseReceipt.read(signed.text)
        } catch {
            throw .malformed
        }
        guard origin.utf8.elementsEqual((log.name + "/receipt").utf8) else { throw .otherLog(origin) }
        let head: Checkpoint
        do throws(NoteError) {
            head = try Checkpoint(note: receipt.checkpoint, key: log)
        } catch {
            throw .checkpoint(error)
        }
        let key = try certifiedKey(receipt.key, name: origin, in: head)
        do throws(NoteError) {
            _ = try signed.verifiedText(by: key)
        } catch {
            throw .signature(error)
        }
        try checkMarks(of: receipt, in: head)
        return receipt
    }

    private static func certifiedKey(
        _ proven: CaseReceipt.ProvenEntry, name: String, in head: Checkpoint
    ) throws(ReceiptError) -> VerifierKey {
        let entry = try entry(proven, in: head)
        guard entry.outcome == .done, entry.rows.contains(where: { $0.table == "key_version" }),
            entry.details.contains(.init("purpose", .text(KeyVersion.Purpose.receipt.text))),
            case .text(let text)? = entry.details.first(where: { $0.key == "public_key" })?.value,
            let spki = Base64.decode(Array(text.utf8)[...])
        else { throw .keyNotCertified }
        do {
            guard let raw = try PublicKey(spkiDER: spki).ed25519Raw else { throw ReceiptError.keyNotCertified }
            return try VerifierKey(name: name, ed25519: raw)
        } catch {
            throw .keyNotCertified
        }
    }

    private static func checkMarks(of receipt: CaseReceipt, in head: Checkpoint) throws(ReceiptError) {
        var marks: [(reference: LineageReference, index: Int64)] = []
        for proven in receipt.marks {
            let entry = try entry(proven, in: head)
            let cuts = entry.rows.compactMap { row -> LineageReference? in
                guard row.table == StateFold.markTable, let reference = LineageReference(referenceText: row.key),
                    RevocationReason.allCases.contains(where: {
                        RowHash.mark(reference, cuts: true, reason: $0) == row.hash
                    })
                else { return nil }
                return reference
            }
            guard entry.outcome == .done, let cut = cuts.first else { throw .noMark(proven.index) }
            marks.append((cut, proven.index))
        }
        guard receipt.markCount >= Int64(marks.count) else { throw .malformed }
        guard receipt.markCount == Int64(marks.count) else { return }
        guard CaseReceipt.root(ofMarks: marks) == receipt.marksRoot else { throw .marksRoot }
    }

    private static func entry(
        _ proven: CaseReceipt.ProvenEntry, in head: Checkpoint
    ) throws(ReceiptError) -> AuditEntry {
        let proof = InclusionProof(index: proven.index, size: head.size, path: proven.path)
        guard proof.verifies(leafHash: EntryEncoding.leafHash(of: proven.body), root: head.root) else {
            throw .notInLog(proven.index)
        }
        do throws(EntryDecodingError) {
            return try EntryEncoding.decode(proven.body)
        } catch {
            throw .notInLog(proven.index)
        }
    }
}

/// Why a receipt is not believed.
package enum ReceiptError: Error, Hashable, Sendable {
    case malformed
    /// It is about another log than that of the key: its origin line.
    case otherLog(String)
    case checkpoint(NoteError)
    /// No entry of the log says that this key signs receipts.
    case keyNotCertified
    case signature(NoteError)
    /// The entry is not in the log at this index.
    case notInLog(Int64)
    /// The entry at this index cuts nothing.
    case noMark(Int64)
    /// The marks are not those that the root covers.
    case marksRoot
}
