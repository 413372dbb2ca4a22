internal import AuditLog
package import Authorization
internal import OpenSSLCrypto
internal import Storage
package import TenureModel

extension Broker {
    /// Writes a refusal into the log, at a bounded cost. That it could not be written changes nothing for the caller: a
    /// refusal releases nothing.
    ///
    /// - Parameters:
    ///   - object: the id under which the operator finds it, such as a login's.
    ///   - details: values for the operator, each already bounded in length.
    package func recordRefusal(
        of act: Act, code: String, by caller: AuthenticatedCaller?, object: String?, source: String,
        details: [(String, String)]
    ) async {
        let time = now()
        let admission = refusals.admit(
            caller: caller?.identity.text, source: source, reason: act.rawValue + " " + code, at: time)
        guard case .written(let unwritten) = admission, let operation: OperationID = try? makeID() else { return }
        var members = details.map { AuditDetail.Member($0.0, .text($0.1)) }
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
    }
}
