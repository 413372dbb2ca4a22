internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel

/// What a client hears, whatever it asked for.
enum Answer<Value: Sendable>: Sendable {
    case done(Value)
    /// No, and why, in one word.
    case refused(String)
    /// No; the same may be asked again.
    case unavailable(String)
    /// Nobody knows: ask for the operation.
    case unknown
    /// The connection ended without an answer.
    case lost
}

extension Answer {
    init(_ error: any Error) {
        guard let error = error as? LifecycleError else {
            self = .unavailable("\(error)")
            return
        }
        switch error {
        case .denied(let denial): self = .refused(denial.code.rawValue)
        case .unauthenticated: self = .refused("unauthenticated")
        case .invalid: self = .refused("invalid")
        case .request: self = .refused("request")
        case .unsafeTrust: self = .refused("unsafe-trust")
        case .notFound: self = .refused("not-found")
        case .conflict: self = .refused("conflict")
        case .stale: self = .refused("stale")
        case .limit: self = .refused("limit")
        case .expiredPlan: self = .refused("expired-plan")
        case .presentedTooOften: self = .refused("presented-too-often")
        case .busy: self = .refused("busy")
        case .unavailable(let cause): self = .unavailable("\(cause)")
        case .unknownOutcome: self = .unknown
        }
    }

    /// As the history has it.
    func text(_ shown: (Value) -> String) -> String {
        switch self {
        case .done(let value): shown(value)
        case .refused(let code): code
        case .unavailable(let cause): "unavailable (\(cause))"
        case .unknown: "unknown"
        case .lost: "no answer"
        }
    }
}
