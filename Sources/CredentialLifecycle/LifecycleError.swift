package import Authorization
package import CertificateAuthority
internal import Storage
package import TenureModel

/// Why an act did not happen, in the words of the workflow. `TenureHTTP` turns each case into a problem detail.
package enum LifecycleError: Error {
    /// Policy said no.
    case denied(Denial)
    /// Nobody was authenticated. The operator finds why under the login's id; the caller learns nothing more.
    case unauthenticated(LoginID?)
    /// A field of the request holds what it cannot mean.
    case invalid(field: String, detail: String)
    /// The CSR, or the key in it, is not one to certify.
    case request(RequestRefusal)
    /// The trust would let strangers in.
    /// Where in the request, and who would get in.
    case unsafeTrust(path: String, reasons: [String])
    /// What the caller may not know of is also this.
    case notFound(String)
    /// The object is there already, or in a state in which this cannot be done.
    case conflict(String)
    /// The world moved since the caller looked.
    case stale(String)
    /// A bound on how often or how much; when to try again.
    case limit(detail: String, retryAfterSeconds: Int64)
    case expiredPlan
    /// The proof of identity was used as often as its trust allows (THREATS, T17).
    case presentedTooOften
    /// Nothing was done, since another one like it was done just now; when to try again.
    case busy(detail: String, retryAfterSeconds: Int64)
    /// Nothing was done; the same may be sent again.
    case unavailable(Cause)
    /// It may have been done or not: ask for the operation.
    case unknownOutcome(OperationID)

    /// What failed beneath, for the log alone.
    package struct Cause: Error, Sendable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }
}

extension LifecycleError {
    static let tooManyLive = LifecycleError.limit(
        detail: "it holds as many live credentials as it may", retryAfterSeconds: 60)

    /// What recording's refusal means to the caller, once deciding again is of no more use.
    init(_ error: RecordingError, operation: OperationID) {
        switch error {
        case .refused(let refusal): self.init(refusal)
        case .constraint(let name): self = .conflict("the record refused it: \(name)")
        case .unavailable(let reason): self = .unavailable(Cause(reason))
        case .diskFull: self = .unavailable(Cause("the disk is full"))
        case .unknownOutcome(let operation): self = .unknownOutcome(operation)
        }
    }

    private init(_ refusal: RecordingRefusal) {
        switch refusal {
        case .changed: self = .unavailable(Cause("what the decision rests on keeps changing"))
        case .cut: self = .denied(Denial(.denied, "what it would hang on was revoked"))
        case .presentedTooOften: self = .presentedTooOften
        case .tooManyLive: self = .tooManyLive
        case .idempotencyKeyUsed:
            self = .invalid(field: "Idempotency-Key", detail: "used before with another request")
        case .largeActTooSoon(let seconds):
            self = .busy(
                detail: "a large change was made just now: one every five seconds", retryAfterSeconds: seconds)
        case .dutyLost: self = .unavailable(Cause("another node does the scheduled work by now"))
        case .undecided(let reason): self = .unavailable(Cause(reason))
        case .denied(let code, let detail, let field):
            switch code {
            case "conflict": self = .conflict(detail)
            case "not-found": self = .notFound(detail)
            case "stale": self = .stale(detail)
            case "limit": self = .limit(detail: detail, retryAfterSeconds: 1)
            case "invalid": self = .invalid(field: field ?? "", detail: detail)
            default: self = .denied(Denial(Denial.Code(rawValue: code) ?? .denied, detail, field: field))
            }
        }
    }
}
