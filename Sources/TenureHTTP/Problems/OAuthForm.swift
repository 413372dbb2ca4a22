internal import HTTPTypes
internal import TenureAPI

/// The form of refusals of the OAuth calls (RFC 6749, section 5.2), which programs of others read by its one word.
enum OAuthForm {
    /// Of calls that have a caller: introspection and revocation.
    case call
    /// Of the token endpoint, where the proof of who asks is a part of the request (RFC 8693, section 2.2.2).
    case exchange

    /// Nil of a path that answers with problems.
    init?(path: String) {
        guard path.hasPrefix("/oauth2/") else { return nil }
        self = path == APIPath.tokenExchange ? .exchange : .call
    }

    /// - Parameter word: the error, where the route says it itself.
    func answer(_ problem: Problem, word: String?) -> Answer {
        var status = problem.status
        // One status for all that an exchange refuses; the word tells them apart.
        if self == .exchange, word != "invalid_client", [401, 403, 404].contains(status) { status = 400 }
        do {
            return try Answer.json(
                OAuthErrorAnswer(
                    error: word ?? error(of: problem), errorDescription: Self.description(of: problem)),
                status: .init(code: status))
        } catch {
            return Answer.problem(problem)
        }
    }

    private func error(of problem: Problem) -> String {
        let field = problem.errors?.first?.field ?? ""
        switch (self, problem.code) {
        case (_, .limit) where problem.status == 429: return "temporarily_unavailable"
        case (_, .unavailable), (_, .unknownOutcome): return "temporarily_unavailable"
        case (.call, .unauthenticated): return "invalid_client"
        case (.call, .denied), (.call, .suspended), (.call, .noLivingOwner), (.call, .notApproved):
            return "access_denied"
        case (.call, _): return "invalid_request"
        case (.exchange, .unauthenticated): return "invalid_request"
        case (.exchange, _) where field == "scope" || field.hasPrefix("scope."): return "invalid_scope"
        case (.exchange, _) where ["audience", "resource", "profile"].contains(field): return "invalid_target"
        case (.exchange, _) where !field.isEmpty: return "invalid_request"
        case (.exchange, .denied), (.exchange, .suspended), (.exchange, .noLivingOwner), (.exchange, .notApproved),
            (.exchange, .notFound):
            return "unauthorized_client"
        case (.exchange, _): return "invalid_request"
        }
    }

    /// What went wrong, in the characters that the RFC allows.
    private static func description(of problem: Problem) -> String? {
        var text = problem.detail ?? problem.title
        if problem.code == .unauthenticated, let login = problem.instance {
            text += "; the operator finds the reason with: tenure explain login/\(login)"
        }
        if let operation = problem.operation { text += " (\(operation))" }
        let bytes = text.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "\""): UInt8(ascii: "'")
            case UInt8(ascii: "\\"): UInt8(ascii: "/")
            case 0x20...0x7E: byte
            default: UInt8(ascii: "?")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
