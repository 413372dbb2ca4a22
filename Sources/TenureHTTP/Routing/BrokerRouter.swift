package import CredentialLifecycle
internal import HTTPTypes
package import Hummingbird
package import Logging
internal import NIOCore
internal import TenureAPI
internal import TenureModel

/// Answers every request of the TLS listener: finds its route, authenticates the caller where the route acts for one,
/// and turns whatever goes wrong into a problem detail.
package struct BrokerRouter: HTTPResponder {
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
    package func respond(to request: Request, context: RequestFrame) async throws -> Response {
        // Asked for every few seconds by everything that supervises; must not depend on anything.
        if request.head.path == APIPath.alive, request.method == .get {
            return Response(status: .ok, headers: Self.aliveHeaders, body: .init(byteBuffer: Self.alive))
        }
        return await dispatch.respond(to: request, on: context, by: table)
    }

    private static let alive = ByteBuffer(string: "ok\n")
    private static let aliveHeaders: HTTPFields = [
        .contentType: "text/plain", .contentLength: "3", .cacheControl: "no-store",
    ]
}

/// Answers every request of the plain listener: CRLs and CA certificates, nothing else.
package struct PlainRouter: HTTPResponder {
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
    package func respond(to request: Request, context: RequestFrame) async throws -> Response {
        await dispatch.respond(to: request, on: context, by: table)
    }
}
