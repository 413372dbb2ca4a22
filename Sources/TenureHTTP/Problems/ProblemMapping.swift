internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

/// What a client sees of each way in which an act can fail. A new case does not compile until somebody decides.
enum ProblemMapping {
    static func refusal(for error: LifecycleError) -> Refusal {
        switch error {
        case .denied(let denial):
            return denied(denial)
        case .unauthenticated(let login):
            return Refusal(Problem(.unauthenticated, instance: login?.text))
        case .invalid(let field, let detail):
            // A key that was used for another request is the one thing that was understood and is still refused (T13).
            return .field(field, detail, status: field == APIHeader.idempotencyKey ? 422 : nil)
        case .request(let refusal):
            return request(refusal)
        case .unsafeTrust(let path, let reasons):
            let errors = reasons.prefix(20).map { Problem.FieldError(field: path, detail: $0) }
            var refusal = Refusal(
                Problem(.unsafeTrust, detail: reasons.joined(separator: "; "), errors: Array(errors)))
            refusal.isRecorded = true
            return refusal
        case .notFound(let detail):
            var refusal = Refusal.noObject
            refusal.recordedDetail = detail
            return refusal
        case .conflict(let detail):
            return Refusal(Problem(.conflict, detail: detail))
        case .stale(let detail):
            return Refusal(Problem(.stale, detail: detail))
        case .limit(let detail, let retryAfterSeconds):
            var refusal = Refusal(Problem(.limit, detail: detail))
            refusal.retryAfterSeconds = retryAfterSeconds
            return refusal
        case .expiredPlan:
            return Refusal(Problem(.expiredPlan, detail: "make the plan again"))
        case .presentedTooOften:
            var refusal = Refusal(
                Problem(.denied, detail: "this proof of identity was used as often as its trust allows"))
            refusal.isOveruse = true
            return refusal
        case .busy(let detail, let retryAfterSeconds):
            var refusal = Refusal(Problem(.unavailable, detail: detail))
            refusal.retryAfterSeconds = retryAfterSeconds
            return refusal
        case .unavailable(let cause):
            var refusal = Refusal(Problem(.unavailable, detail: "nothing was done; the same request may be sent again"))
            refusal.cause = cause.description
            refusal.retryAfterSeconds = 1
            return refusal
        case .unknownOutcome(let operation):
            var refusal = Refusal(
                Problem(
                    .unknownOutcome, detail: "ask GET /api/v1/operations/\(operation) what became of it",
                    operation: operation.text))
            refusal.cause = "the outcome of an operation is unknown"
            return refusal
        }
    }

    private static func denied(_ denial: Denial) -> Refusal {
        // With a field it is about what the request names beside its object, and is the same for the unknown.
        if denial.code == .notFound, denial.field == nil {
            var refusal = Refusal.noObject
            refusal.recordedDetail = denial.detail
            return refusal
        }
        let code: ProblemCode =
            switch denial.code {
            case .denied: .denied
            case .notFound: .notFound
            case .noLivingOwner: .noLivingOwner
            case .notApproved: .notApproved
            case .suspended: .suspended
            }
        let errors = denial.field.map { [Problem.FieldError(field: $0, detail: denial.detail)] }
        var refusal = Refusal(Problem(code, detail: denial.detail, errors: errors))
        refusal.isRecorded = true
        return refusal
    }

    private static func request(_ refusal: RequestRefusal) -> Refusal {
        var answer: Refusal
        switch refusal {
        case .badCSR(let error): answer = csr(.badCSR, "\(error)")
        case .weakKey(let error): answer = csr(.weakKey, error.keyText)
        case .keyKindNotAllowed(let kind): answer = csr(.badCSR, "the profile does not allow a key of kind \(kind)")
        case .blockedKey: answer = csr(.blockedKey, "the key was revoked or is known to be compromised")
        case .ownAuthorityKey: answer = csr(.blockedKey, "the key is that of a CA of this broker")
        case .unavailable(let error):
            answer = Refusal(Problem(.unavailable))
            answer.cause = "\(error)"
            return answer
        }
        answer.isRecorded = true
        return answer
    }

    private static func csr(_ code: ProblemCode, _ detail: String) -> Refusal {
        Refusal(Problem(code, detail: detail, errors: [.init(field: "csr", detail: detail)]))
    }
}
