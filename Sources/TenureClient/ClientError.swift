package import TenureAPI

/// Why a call did not give what was asked for.
package enum ClientError: Error, Hashable, Sendable {
    /// The broker refused, and said why.
    case problem(Problem)
    /// An OAuth call was refused (RFC 6749, section 5.2).
    case oauth(OAuthErrorAnswer, status: Int)
    /// An answer that is none of the broker's.
    case unexpectedAnswer(status: Int, detail: String)
    /// Nobody was reached, or the connection ended. What was asked may have been done or not.
    case unreachable(String)
    /// No answer in time. What was asked may have been done or not.
    case timedOut
    /// The broker's certificate, or ours, was not accepted; nothing was sent.
    case notTrusted(String)
    /// What this program was told does not make sense: an address, a file, a token.
    case settings(String)
    /// The call needs to say who asks, and nothing says so.
    case noToken
    /// The log is not the one that was seen before. What was asked has been done all the same.
    case logRewritten(String)
}

extension ClientError {
    /// With what a program ends that cannot go on (CONTRACT, section 2).
    package var exitStatus: ExitStatus {
        switch self {
        case .problem(let problem): problem.code?.exitCode ?? ExitStatus(httpStatus: problem.status)
        case .oauth(_, let status): ExitStatus(httpStatus: status)
        case .unexpectedAnswer(let status, _): status == 200 || status == 201 ? .fault : ExitStatus(httpStatus: status)
        case .unreachable, .timedOut: .unavailable
        case .notTrusted, .logRewritten: .verificationFailed
        case .settings: .usage
        case .noToken: .notAuthenticated
        }
    }
}

extension ClientError: CustomStringConvertible {
    /// Text for people; holds no secret.
    package var description: String {
        switch self {
        case .problem(let problem): Self.text(of: problem)
        case .oauth(let answer, _): answer.errorDescription.map { "\(answer.error): \($0)" } ?? answer.error
        case .unexpectedAnswer(let status, let detail): "the broker answered \(status), \(detail)"
        case .unreachable(let detail):
            "the broker cannot be reached: \(detail)\n  is the address right (--addr, TENURE_ADDR), does tenured run?"
        case .timedOut: "the broker did not answer in time"
        case .notTrusted(let detail):
            "the TLS connection was refused: \(detail)\n  the root to trust is the file of --ca-file or TENURE_CA_FILE"
        case .settings(let detail): detail
        case .noToken:
            "nothing says who asks: log in and set TENURE_TOKEN_FILE, or give --token-file or --oidc-token-file"
        case .logRewritten(let detail): "the audit log is not the one seen before: \(detail)"
        }
    }

    private static func text(of problem: Problem) -> String {
        var lines = [problem.title + (problem.detail.map { ": " + $0 } ?? "")]
        for error in problem.errors ?? [] {
            let line = "\(error.field): \(error.detail)"
            // Where one field is at fault, the detail often says so already.
            if problem.detail != line { lines.append("  " + line) }
        }
        if problem.code == .unauthenticated {
            lines.append("  log in with `tenure login`, or give another token: it is unknown, has ended or was cut")
            if let login = problem.instance, login.hasPrefix("lgn_") {
                lines.append("  the operator finds the reason with: tenure explain login/\(login)")
                return lines.joined(separator: "\n")
            }
        }
        if let operation = problem.operation { lines.append("  ask for operation \(operation)") }
        if let instance = problem.instance { lines.append("  reported as \(instance)") }
        return lines.joined(separator: "\n")
    }
}
