internal import Storage
internal import TenureModel

extension Broker {
    /// The value and place of a recorded act, or the error that its refusal means.
    func unwrap<Value: Sendable>(
        _ result: Result<(Value, Recorded), RecordingError>, _ operation: OperationID
    ) throws(LifecycleError) -> (Value, Recorded) {
        switch result {
        case .success(let outcome): return outcome
        case .failure(let error): throw LifecycleError(error, operation: operation)
        }
    }

    /// The same of an act that a call asked for. Under a key that was used before nothing is done again: the same
    /// request is told which operation did it, another one is refused (T13).
    func unwrap<Value: Sendable>(
        _ result: Result<(Value, Recorded), RecordingError>, of call: Call
    ) async throws(LifecycleError) -> (Value, Recorded) {
        guard case .failure(.refused(.idempotencyKeyUsed(let earlier))) = result else {
            return try unwrap(result, call.operation)
        }
        let stored: StoredOperation?
        do throws(StorageError) {
            stored = try await ledger.operation(earlier)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        guard stored?.requestHash == call.bodyHash else { return try unwrap(result, call.operation) }
        throw .conflict("done before under this Idempotency-Key, by operation/\(earlier)")
    }
}
