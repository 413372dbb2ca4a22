internal import CredentialLifecycle
internal import TenureAPI
internal import Testing

@testable internal import TenureHTTP

@Suite("metrics")
struct MetricsTests {
    @Test("requests are counted by route and status, times in cumulative buckets")
    func counts() {
        let metrics = Metrics(routes: ["GET /a", "POST /b"])
        metrics.count(route: 0, status: 200, nanoseconds: 400_000)
        metrics.count(route: 0, status: 200, nanoseconds: 1_500_000)
        metrics.count(route: 1, status: 299, nanoseconds: 60_000_000_000)
        metrics.count(route: nil, status: 404, nanoseconds: 0)
        metrics.countRefusal(.denied)
        let lines = metrics.text([Gauge(name: "tenure_audit_size", value: 7)]).split(separator: "\n")
        for line in [
            #"tenure_http_requests_total{route="GET /a",status="200"} 2"#,
            #"tenure_http_requests_total{route="POST /b",status="other"} 1"#,
            #"tenure_http_requests_total{route="unmatched",status="404"} 1"#,
            #"tenure_http_request_seconds_bucket{route="GET /a",le="0.000500"} 1"#,
            #"tenure_http_request_seconds_bucket{route="GET /a",le="0.002500"} 2"#,
            #"tenure_http_request_seconds_bucket{route="POST /b",le="5.000000"} 0"#,
            #"tenure_http_request_seconds_bucket{route="POST /b",le="+Inf"} 1"#,
            #"tenure_http_request_seconds_sum{route="GET /a"} 0.001900"#,
            #"tenure_refusals_total{code="denied"} 1"#, "tenure_audit_size 7",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
    }

    @Test("every status that a problem can have is a label of its own")
    func statuses() {
        for code in [200, 201, 202, 405, 413, 421] + ProblemCode.allCases.map(\.status) {
            #expect(Metrics.statuses.contains(code))
        }
    }
}
