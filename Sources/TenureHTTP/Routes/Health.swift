internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let health: [Route] = [
        .open(.get, APIPath.alive, .init("Whether the process answers", mediaType: "text/plain")) { _ in
            .text("ok\n")
        },
        .open(.get, APIPath.ready, .init("Whether requests can be served", mediaType: "text/plain")) { exchange in
            let health = exchange.facts.health()
            guard health.isReady, exchange.broker.isRecording else {
                var answer = Answer.text("not ready\n")
                answer.status = .serviceUnavailable
                return answer
            }
            // Served all the same; what is wrong stands in the status, for those who may see it.
            let degraded = health.parts.filter { $0.state == .degraded }.map { "degraded: \($0.name)\n" }
            return .text("ok\n" + degraded.joined())
        },
        .reading(
            .statusRead, .get, APIPath.status, .init("The health of each part", answer: "StatusAnswer")
        ) { exchange, caller in
            let broker = exchange.broker
            try broker.permitStatus(by: caller)
            let health = exchange.facts.health()
            let names = ObjectNames(broker)
            return try .json(
                StatusAnswer(
                    state: broker.isRecording || health.isReadOnly ? health.stateText : "failed",
                    version: exchange.facts.version,
                    development: exchange.facts.isDevelopment, at: exchange.time.description,
                    issuing: health.notIssuing == nil && broker.isRecording,
                    parts: health.parts.map { part in
                        PartStatusAnswer(
                            name: part.name, state: part.state.rawValue, detail: part.detail, since: part.since)
                    }, identities: names.identityCount, entitlements: names.entitlementCount,
                    nextRotation: health.nextRotation, checkpoint: CheckpointAnswer(broker.checkpoint)))
        },
        .open(.get, APIPath.bundle, .init("The trust bundle", answer: "BundleAnswer")) { exchange in
            let bundle = exchange.broker.bundle()
            return try .json(
                BundleAnswer(
                    version: bundle.version, trustDomain: exchange.facts.trustDomain, roots: [bundle.root],
                    issuers: bundle.issuers, nextChange: bundle.nextChange?.secondsText), cache: .seconds(60))
        },
    ]

    /// Counts and times (Prometheus text format).
    static func metrics(_ metrics: Metrics) -> Route {
        .open(
            .get, APIPath.metrics, .init("Counts and times", mediaType: "text/plain; version=0.0.4")
        ) { exchange in
            .text(metrics.text(exchange.broker.gauges), mediaType: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    /// This description.
    static func openAPI(_ document: String) -> Route {
        .open(.get, APIPath.openAPI, .init("This description", mediaType: "application/json")) { _ in
            .text(document, mediaType: "application/json", cache: .seconds(300))
        }
    }
}
