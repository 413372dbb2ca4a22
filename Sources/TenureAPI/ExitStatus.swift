/// With what the programs end (CONTRACT, section 2).
package enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
    case done = 0
    case fault = 1
    case usage = 2
    /// Policy said no.
    case refused = 3
    case notAuthenticated = 4
    case notFound = 5
    case conflict = 6
    /// Unavailable: the same may be tried again.
    case unavailable = 7
    case verificationFailed = 8

    /// For a refusal whose type is not known: by its HTTP status.
    package init(httpStatus: Int) {
        switch httpStatus {
        case 200..<300: self = .done
        case 400, 422: self = .usage
        case 401: self = .notAuthenticated
        case 403: self = .refused
        case 404: self = .notFound
        case 409, 412: self = .conflict
        case 429, 502, 503, 504: self = .unavailable
        default: self = .fault
        }
    }
}
