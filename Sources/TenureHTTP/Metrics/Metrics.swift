internal import CredentialLifecycle
internal import Synchronization
internal import TenureAPI
internal import TenureModel

/// Counts and times of what a listener served, without locks. Every label is one of a closed list: routes of the table,
/// status codes and problem codes that we answer with; never a name, an id or anything else of a request.
package final class Metrics: Sendable {
    /// Upper bounds of the time buckets, in microseconds.
    static let bucketMicroseconds: [UInt64] = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
    ]
    static let statuses = [
        200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 429, 500, 503,
    ]

    /// What is counted of one route.
    private final class RouteCounts: Sendable {
        private let cells: [Cell] = (0..<(statuses.count + 1 + bucketMicroseconds.count + 2)).map { _ in Cell() }

        func count(status: Int, microseconds: UInt64) {
            cells[statuses.firstIndex(of: status) ?? statuses.count].add(1)
            let first = statuses.count + 1
            if let bucket = bucketMicroseconds.firstIndex(where: { microseconds <= $0 }) {
                cells[first + bucket].add(1)
            }
            cells[first + bucketMicroseconds.count].add(microseconds)
            cells[first + bucketMicroseconds.count + 1].add(1)
        }

        func requests(_ status: Int) -> UInt64 { cells[status].value }
        /// Not cumulative.
        func bucket(_ place: Int) -> UInt64 { cells[statuses.count + 1 + place].value }
        var microseconds: UInt64 { cells[statuses.count + 1 + bucketMicroseconds.count].value }
        var total: UInt64 { cells[statuses.count + 2 + bucketMicroseconds.count].value }
    }

    /// A number that only rises.
    private final class Cell: Sendable {
        private let number = Atomic<UInt64>(0)

        func add(_ count: UInt64) { number.wrappingAdd(count, ordering: .relaxed) }
        var value: UInt64 { number.load(ordering: .relaxed) }
    }

    private let names: [String]
    private let routes: [RouteCounts]
    /// Requests that found no route.
    private let unmatched = RouteCounts()
    private let refusals: [Cell] = ProblemCode.allCases.map { _ in Cell() }
    private let tokens = Cell()
    private let certificates = Cell()

    /// - Parameter routes: the label of each route, in the order of the table.
    init(routes names: [String]) {
        self.names = names
        routes = names.map { _ in RouteCounts() }
    }

    /// - Parameter route: its place in the table; nil where none was found.
    func count(route: Int?, status: Int, nanoseconds: Int64) {
        let counts = route.flatMap { routes.indices.contains($0) ? routes[$0] : nil } ?? unmatched
        counts.count(status: status, microseconds: UInt64(max(0, nanoseconds)) / 1_000)
    }

    func countRefusal(_ code: ProblemCode) {
        guard let place = ProblemCode.allCases.firstIndex(of: code) else { return }
        refusals[place].add(1)
    }

    /// Counts a credential, where the act issues one.
    func countIssued(by act: Act?) {
        switch act {
        case .tokenIssue: tokens.add(1)
        case .certificateIssue, .certificateRenew: certificates.add(1)
        default: break
        }
    }

    /// All counts in Prometheus' text format, followed by `gauges`.
    func text(_ gauges: [Gauge]) -> String {
        var lines: [String] = ["# TYPE tenure_http_requests_total counter"]
        let all = zip(names + ["unmatched"], routes + [unmatched])
        for (name, counts) in all {
            for (place, status) in (Self.statuses.map(String.init) + ["other"]).enumerated() {
                let count = counts.requests(place)
                guard count > 0 else { continue }
                lines.append("tenure_http_requests_total{route=\"\(name)\",status=\"\(status)\"} \(count)")
            }
        }
        lines.append("# TYPE tenure_http_request_seconds histogram")
        for (name, counts) in all where counts.total > 0 { lines += Self.histogram(name, counts) }
        lines.append("# TYPE tenure_refusals_total counter")
        for (place, code) in ProblemCode.allCases.enumerated() {
            lines.append("tenure_refusals_total{code=\"\(code.rawValue)\"} \(refusals[place].value)")
        }
        lines.append("# TYPE tenure_credentials_issued_total counter")
        lines.append("tenure_credentials_issued_total{kind=\"token\"} \(tokens.value)")
        lines.append("tenure_credentials_issued_total{kind=\"certificate\"} \(certificates.value)")
        for gauge in gauges {
            lines.append("# TYPE \(gauge.name) gauge")
            lines.append("\(gauge.name) \(gauge.value)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func histogram(_ name: String, _ counts: RouteCounts) -> [String] {
        var lines: [String] = []
        var sum: UInt64 = 0
        for (place, bound) in bucketMicroseconds.enumerated() {
            sum += counts.bucket(place)
            lines.append(
                "tenure_http_request_seconds_bucket{route=\"\(name)\",le=\"\(seconds(bound))\"} \(sum)")
        }
        lines.append("tenure_http_request_seconds_bucket{route=\"\(name)\",le=\"+Inf\"} \(counts.total)")
        lines.append("tenure_http_request_seconds_sum{route=\"\(name)\"} \(seconds(counts.microseconds))")
        lines.append("tenure_http_request_seconds_count{route=\"\(name)\"} \(counts.total)")
        return lines
    }

    /// Microseconds as a decimal of seconds, exactly.
    private static func seconds(_ microseconds: UInt64) -> String {
        let digits = String(microseconds % 1_000_000)
        let fraction = String(repeating: "0", count: 6 - digits.utf8.count) + digits
        return "\(microseconds / 1_000_000).\(fraction)"
    }
}
