internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI

/// A request that is answered with a problem, and what the log and the record are told beside it.
struct Refusal: Error {
    var problem: Problem
    /// For the log alone.
    var cause: String?
    var retryAfterSeconds: Int64?
    /// The word for it in RFC 6749's errors, where it does not follow from the problem.
    var oauthError: String?
    /// Whether the refusal becomes an entry of the audit log.
    var isRecorded = false
    /// What the entry says where the caller is told less.
    var recordedDetail: String?
    /// Whether a proof of identity was presented beyond its count, which is an entry of its own form.
    var isOveruse = false

    init(_ problem: Problem) { self.problem = problem }

    /// One field is at fault; an empty name is the whole body.
    static func field(_ name: String, _ detail: String, status: Int? = nil) -> Refusal {
        let errors = name.isEmpty ? nil : [Problem.FieldError(field: name, detail: detail)]
        let sentence = name.isEmpty ? detail : "\(name): \(detail)"
        return Refusal(Problem(.invalid, detail: sentence, errors: errors, status: status))
    }

    static func tooLarge(_ bytes: Int) -> Refusal {
        Refusal(Problem(.limit, detail: "the body may have at most \(bytes) bytes", status: 413))
    }

    /// What is not there, and what the caller may not know of: one answer, in one time, for both (THREATS, T7).
    static let noObject: Refusal = {
        var refusal = Refusal(Problem(.notFound, detail: "no such object, or none that you may know of"))
        refusal.isRecorded = true
        return refusal
    }()

    /// Of what is public, and not there.
    static func notFound(_ detail: String) -> Refusal { Refusal(Problem(.notFound, detail: detail)) }

    /// Nothing is issued at present, and why.
    static func notIssuing(_ reason: String) -> Refusal {
        var refusal = Refusal(Problem(.unavailable, detail: "nothing is issued, and no key rotated: \(reason)"))
        refusal.retryAfterSeconds = 5
        return refusal
    }

    /// Whatever a handler threw, as the answer to the request of this id.
    init(_ error: any Error, instance: String) {
        switch error {
        case let refusal as Refusal:
            self = refusal
        case let error as LifecycleError:
            self = ProblemMapping.refusal(for: error)
        case let fault as FieldFault:
            self = .field(fault.field, fault.detail)
        default:
            self.init(Problem(.unavailable))
            // The type alone: the text of a foreign error may quote what it failed on (T5).
            // defence: T5 becomes: cause = "\(error)"
            cause = "an error of type \(type(of: error))"
        }
        if problem.instance == nil { problem.instance = instance }
    }

    /// - Parameter oauth: the form of calls that have errors of their own (RFC 6749, section 5.2).
    func answer(_ oauth: OAuthForm?) -> Answer {
        var answer = oauth?.answer(problem, word: oauthError) ?? Answer.problem(problem)
        if answer.status == .unauthorized { answer.headers[.wwwAuthenticate] = "Bearer realm=\"tenure\"" }
        if let retryAfterSeconds { answer.headers[.retryAfter] = String(max(1, retryAfterSeconds)) }
        return answer
    }

    /// A refusal of the token endpoint by its word there.
    static func oauth(_ error: String, _ field: String, _ detail: String, status: Int? = nil) -> Refusal {
        var refusal = Refusal.field(field, detail, status: status)
        refusal.oauthError = error
        return refusal
    }

    /// What the entry of the refusal says.
    var recordedDetails: [(String, String)] {
        guard let detail = recordedDetail ?? problem.detail else { return [] }
        return [("detail", String(detail.prefix(400)))]
    }
}
