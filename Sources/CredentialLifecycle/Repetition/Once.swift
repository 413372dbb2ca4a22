internal import TenureModel

extension Broker {
    /// Does what a call asks for, or answers as the earlier call under the same key was answered.
    ///
    /// Of two at the same moment the second may meet what the first one did: a name that is taken, a version that has
    /// moved, an identity that has ended. That is the first one's doing, so its answer is looked for once more.
    func once<Outcome>(
        _ call: Call, earlier: () async throws(LifecycleError) -> Outcome?,
        act: () async throws(LifecycleError) -> Outcome
    ) async throws(LifecycleError) -> Outcome {
        if let outcome = try await earlier() { return outcome }
        do throws(LifecycleError) {
            return try await act()
        } catch {
            switch error {
            case .unauthenticated, .limit: throw error
            default: break
            }
            guard call.idempotencyKey != nil, let outcome = try await earlier() else { throw error }
            return outcome
        }
    }
}
