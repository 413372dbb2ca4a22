internal import AuditLog
package import Authorization
internal import Federation
internal import Logging
internal import OpenSSLCrypto
internal import Storage
package import TenureModel

extension Broker {
    /// Writes a refusal into the log, at a bounded cost. That it could not be written changes nothing for the caller: a
    /// refusal releases nothing.
    ///
    /// - Parameters:
    ///   - object: the id under which the operator finds it, such as a login's.
    ///   - details: for the operator, the most telling first; what an entry has no room for is left out and counted. Of
    ///     refusals with the same code those with another `reason` are others.
    /// - Returns: whether it is an entry of its own, and not one more of those that are counted by the next.
    @discardableResult
    package func recordRefusal(
        of act: Act, code: String, by caller: AuthenticatedCaller?, object: String?, source: String,
        details: [(String, String)]
    ) async -> Bool {
        let time = now()
        let reason = details.first { $0.0 == "reason" }?.1 ?? ""
        let admission = refusals.admit(
            caller: caller?.identity.text, source: source, reason: act.rawValue + " " + code + " " + reason, at: time)
        guard case .written(let unwritten) = admission, let operation: OperationID = try? makeID() else { return false }
        var members = Self.fitting(details)
        if unwritten > 0 { members.append(.init("folded", .number(unwritten))) }
        let entry = AuditEntry(
            at: time, act: act, actor: caller?.actor ?? AuditActor(id: nil, how: .none), object: object,
            outcome: .refused, why: code, source: source, details: members)
        let record = OperationRecord(
            id: operation, act: act, identity: caller?.identity, idempotencyKey: nil,
            requestHash: SHA256.hash([UInt8]()), object: object)
        _ = await recorder.record(
            RecordingMember(
                operation: record, floor: snapshot.size, references: [], entries: [PendingEntry(entry: entry)]))
        return true
    }

    /// Writes that a proof of identity was presented beyond the count of its trust: a copy of it may be in other hands,
    /// so that the entry names who answers for the identity, and the log says it too (THREATS, T17).
    package func recordOveruse(
        of act: Act, by caller: AuthenticatedCaller, object: String?, source: String
    ) async {
        let proof = caller.proof
        let identity = snapshot.identity(proof.identity)
        let owner = identity.flatMap { snapshot.owner(of: $0) }?.reference.description ?? "nobody"
        let allowed = presentation(of: caller, in: now())?.limit ?? 0
        let isWritten = await recordRefusal(
            of: act, code: act == .loginCreate ? "unauthenticated" : "denied", by: caller, object: object,
            source: source,
            details: [
                ("reason", "presented too often"), ("owner", owner), ("trust.0", proof.trust.text),
                ("bound.0.presentations", "fails: expected at most \(allowed), actual one more"),
                ("a", LineageReference(.authentication, proof.authentication).hexText),
            ])
        // As often as entries are written, whoever repeats it.
        guard isWritten else { return }
        log.warning(
            "a proof of identity was presented more often than its trust allows",
            metadata: ["owner": "\(owner)", "identity": "\(proof.identity)", "trust": "\(proof.trust)"])
    }

    /// As many details as an entry has room for: values come from strangers, and one that is too large would leave no
    /// entry at all.
    private static func fitting(_ details: [(String, String)]) -> [AuditDetail.Member] {
        var room = EntryEncoding.bodyBytesMax - 2_048
        var members: [AuditDetail.Member] = []
        for (key, value) in details {
            let key = BoundedText.shown(key)
            let shown = BoundedText.shown(value, bytesMax: detailBytesMax)
            // Quotes and backslashes take two bytes.
            room -= 2 * (key.utf8.count + shown.utf8.count) + 8
            guard room > 0 else { break }
            members.append(.init(key, .text(shown)))
        }
        let left = details.count - members.count
        if left > 0 { members.append(.init("left_out", .number(Int64(left)))) }
        return members
    }

    private static let detailBytesMax = 460
}
