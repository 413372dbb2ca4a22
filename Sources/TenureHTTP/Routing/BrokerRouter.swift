package import CredentialLifecycle
internal import HTTPTypes
package import Logging
internal import TenureAPI
internal import TenureModel

/// Answers every request of the TLS listener: finds its route, authenticates the caller where the route acts for one,
/// and turns whatever goes wrong into a problem detail.
package struct BrokerRouter: RequestAnswering {
    let table: RouteTable
    private let dispatch: Dispatch
    let line: IssuingLine
    /// Counts and times of what was served.
    package let metrics: Metrics

    /// - Parameter additional: routes beside those of the contract, for development.
    package init(
        broker: Broker, limits: HTTPLimits, facts: ServerFacts, log: Logger, additional: [AdditionalRoute] = []
    ) {
        let specific = Routes.all + additional.map(\.route)
        let document = OpenAPIDocument.text(of: Routes.all + Routes.describing, version: facts.version)
        let routes = specific + [Routes.openAPI(document)]
        metrics = Metrics(routes: routes.map { $0.method.rawValue + " " + $0.path })
        table = RouteTable(routes + [Routes.metrics(metrics)])
        line = IssuingLine(underWayMax: limits.issuingUnderWayMax)
        dispatch = Dispatch(
            broker: broker, limits: limits, facts: facts, log: log, metrics: metrics, checksHost: facts.isDevelopment,
            line: line)
    }

    /// Answers one request; never throws.
    package func answer(_ request: IncomingRequest, on frame: RequestFrame) async -> Answer {
        // Asked for every few seconds by everything that supervises; must not depend on anything.
        if request.method == .get, request.target.utf8.elementsEqual(APIPath.alive.utf8) { return Self.alive }
        return await dispatch.answer(request, on: frame, by: table)
    }

    private static let alive = Answer.text("ok\n", mediaType: "text/plain")
}

/// Answers every request of the plain listener: CRLs and CA certificates, nothing else.
package struct PlainRouter: RequestAnswering {
    private let table: RouteTable
    private let dispatch: Dispatch

    /// Makes the router; what it serves comes from the broker at each request.
    package init(broker: Broker, limits: HTTPLimits, facts: ServerFacts, log: Logger) {
        table = RouteTable(Routes.publications)
        dispatch = Dispatch(
            broker: broker, limits: limits, facts: facts, log: log,
            metrics: Metrics(routes: Routes.publications.map { $0.method.rawValue + " " + $0.path }), checksHost: false,
            line: IssuingLine(underWayMax: limits.issuingUnderWayMax))
    }

    /// Answers one request; never throws.
    package func answer(_ request: IncomingRequest, on frame: RequestFrame) async -> Answer {
        await dispatch.answer(request, on: frame, by: table)
    }
}
