internal import Authorization
internal import CredentialLifecycle
internal import Testing

/// What a refusal is to the caller: the code of its problem.
enum RefusalCode: String {
    case denied, unauthenticated, invalid, request, conflict, stale, limit, suspended, unavailable
    case unsafeTrust = "unsafe-trust"
    case notFound = "not-found"
    case expiredPlan = "expired-plan"
    case unknownOutcome = "unknown-outcome"
    case noLivingOwner = "no-living-owner"
    case notApproved = "not-approved"

    init(_ error: LifecycleError) {
        self =
            switch error {
            case .denied(let denial): RefusalCode(rawValue: denial.code.rawValue) ?? .denied
            case .presentedTooOften: .denied
            case .unauthenticated: .unauthenticated
            case .invalid: .invalid
            case .request: .request
            case .unsafeTrust: .unsafeTrust
            case .notFound: .notFound
            case .conflict: .conflict
            case .stale: .stale
            case .limit: .limit
            case .expiredPlan: .expiredPlan
            case .busy, .unavailable: .unavailable
            case .unknownOutcome: .unknownOutcome
            }
    }
}

/// Expects that `body` is refused with one of these codes, and returns the error.
@discardableResult
func expectRefused(
    _ codes: RefusalCode..., because comment: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async -> LifecycleError? {
    do {
        try await body()
        Issue.record("it was not refused. \(comment)", sourceLocation: sourceLocation)
    } catch let error as LifecycleError {
        let code = RefusalCode(error)
        #expect(codes.contains(code), "\(error). \(comment)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(error). \(comment)", sourceLocation: sourceLocation)
    }
    return nil
}
