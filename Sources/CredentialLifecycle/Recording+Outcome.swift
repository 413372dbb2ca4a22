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
}
