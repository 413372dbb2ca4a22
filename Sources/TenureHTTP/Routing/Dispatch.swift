internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import Logging
internal import NIOCore
internal import TenureAPI
internal import TenureModel

/// The way of every request: host, route, caller, handler, and one place where errors become answers.
final class Dispatch: Sendable {
    let broker: Broker
    let limits: HTTPLimits
    let facts: ServerFacts
    let log: Logger
    let metrics: Metrics
    let checksHost: Bool
    let line: IssuingLine

    init(
        broker: Broker, limits: HTTPLimits, facts: ServerFacts, log: Logger, metrics: Metrics, checksHost: Bool,
        line: IssuingLine
    ) {
        self.broker = broker
        self.limits = limits
        self.facts = facts
        self.log = log
        self.metrics = metrics
        self.checksHost = checksHost
        self.line = line
    }

    func answer(_ request: IncomingRequest, on frame: RequestFrame, by table: RouteTable) async -> Answer {
        let started = frame.channel.eventLoop.now
        let found: RouteTable.Match =
            // defence: T30 becomes: false
            checksHost && !isOwnHost(request.host)
            ? .malformed
            : table.match(request.method, request.path)
        guard case .found(let place, let parameters) = found else {
            return unmatched(found, request)
        }
        let route = table.routes[place]
        var answer: Answer
        do throws(LifecycleError) {
            let exchange = Exchange(
                request: request, frame: frame, parameters: parameters, id: try broker.makeID(), dispatch: self)
            answer = await serve(route, exchange, isShort: Self.isShort(route.act))
            // What was recorded has the operation's id; a dry run has not.
            if answer.status.code < 300, answer.headers[.operationID] != nil {
                metrics.countIssued(by: route.act)
            }
        } catch {
            answer = Answer.problem(Problem(.unavailable))
        }
        metrics.count(
            route: place, status: answer.status.code,
            nanoseconds: (frame.channel.eventLoop.now - started).nanoseconds)
        return request.method == .head ? answer.headOnly : answer
    }

    /// What stops with a wrong clock or a full disk; kills go on (THREATS, section 3).
    private static func isIssuing(_ act: Act) -> Bool {
        switch act {
        case .tokenIssue, .certificateIssue, .certificateRenew: true
        default: false
        }
    }

    /// What takes microseconds and is asked for most is served where the request was read. All else leaves the event
    /// loop of the connection for the pool, so that an estate of four megabytes is nobody else's wait.
    private static func isShort(_ act: Act?) -> Bool {
        switch act {
        case .tokenIssue, .certificateIssue, .certificateRenew, .credentialIntrospect: true
        default: false
        }
    }

    private func serve(_ route: Route, _ exchange: Exchange, isShort: Bool) async -> Answer {
        guard let act = route.act, Self.isIssuing(act) else {
            return await servePlaced(route, exchange, isShort: isShort)
        }
        // Before the caller is known, since a line that stands is cut cheaply or not at all.
        guard line.enter(at: exchange.frame.channel.eventLoop.now) else {
            metrics.countRefusal(.unavailable)
            return IssuingLine.refusal(on: route.path)
        }
        defer { line.leave() }
        return await servePlaced(route, exchange, isShort: isShort)
    }

    private func servePlaced(_ route: Route, _ exchange: Exchange, isShort: Bool) async -> Answer {
        if isShort { return await serve(route, exchange) }
        return await withTaskExecutorPreference(globalConcurrentExecutor) { await serve(route, exchange) }
    }

    private func serve(_ route: Route, _ exchange: Exchange) async -> Answer {
        var caller: AuthenticatedCaller?
        do {
            // defence: T35
            if route.saysWhatIsSo { try await catchUp(for: route) }
            switch route.handler {
            case .open(let handle):
                return try await handle(exchange)
            case .act(let act, let handle):
                let authenticated = try await CallerAuthentication(exchange).caller(for: act)
                caller = authenticated
                try admit(authenticated, to: route, act)
                return try await handle(exchange, authenticated)
            case .form(let act, let proof, let handle):
                let (fields, bytes) = try await exchange.form()
                let evidence = try proof(exchange, fields)
                let authenticated = try await broker.authenticate(evidence, source: exchange.source, for: act)
                caller = authenticated
                try admit(authenticated, to: route, act)
                return try await handle(exchange, authenticated, fields, bytes)
            }
        } catch {
            let refusal = Refusal(error, instance: exchange.id.text)
            await note(refusal, route: route, caller: caller, exchange: exchange)
            return refusal.answer(OAuthForm(path: route.path))
        }
    }

    /// How this node is must be told above all where it cannot read the database, or finds another one there: who may
    /// see that is decided by what was known.
    private func catchUp(for route: Route) async throws(LifecycleError) {
        do throws(LifecycleError) {
            try await broker.catchUp()
        } catch {
            guard route.act == .statusRead else { throw error }
        }
    }

    /// Refuses who asks too often, and all issuing where the server may not issue: nor are keys rotated then, which
    /// would begin and end by a wrong clock.
    private func admit(_ caller: AuthenticatedCaller, to route: Route, _ act: Act) throws(Refusal) {
        if route.records, !broker.admits(caller) {
            throw ProblemMapping.refusal(
                for: LifecycleError.limit(detail: "too many requests a second", retryAfterSeconds: 1))
        }
        if Self.isIssuing(act) || act == .keyRotate, let reason = facts.health().notIssuing {
            throw .notIssuing(reason)
        }
    }

    /// Policy's refusals go into the record, faults of ours into the log, each once.
    private func note(_ refusal: Refusal, route: Route, caller: AuthenticatedCaller?, exchange: Exchange) async {
        metrics.countRefusal(refusal.problem.code ?? .unavailable)
        if let cause = refusal.cause {
            log.warning(
                "a request failed",
                metadata: [
                    LogKey.request: "\(exchange.id)", LogKey.route: "\(route.method) \(route.path)",
                    LogKey.cause: "\(cause)",
                ])
        }
        guard let act = route.act, let caller else { return }
        if refusal.isOveruse {
            await broker.recordOveruse(of: act, by: caller, object: exchange.id.text, source: exchange.source)
        }
        guard refusal.isRecorded else { return }
        await broker.recordRefusal(
            of: act, code: refusal.problem.code?.rawValue ?? "denied", by: caller, object: exchange.id.text,
            source: exchange.source, details: refusal.recordedDetails)
    }

    private func unmatched(_ match: RouteTable.Match, _ request: IncomingRequest) -> Answer {
        var answer: Answer
        switch match {
        case .found, .unknown:
            answer = Answer.problem(Problem(.notFound, detail: "there is no such path"))
        case .otherMethods(let methods):
            answer = Answer.problem(Problem(.invalid, detail: "this path takes other methods", status: 405))
            answer.headers[.allow] = methods.map(\.rawValue).joined(separator: ", ")
        case .malformed where checksHost && !isOwnHost(request.host):
            answer = Answer.problem(Problem(.invalid, detail: "this server does not answer for that host", status: 421))
        case .malformed:
            answer = Answer.problem(Problem(.invalid, detail: "the path is not acceptable"))
        }
        metrics.count(route: nil, status: answer.status.code, nanoseconds: 0)
        return answer
    }

    /// A page of another site that has its name resolve to this machine is not let in (THREATS, T30).
    private func isOwnHost(_ authority: String?) -> Bool {
        guard let authority else { return false }
        var host = authority.utf8[...]
        if host.last != UInt8(ascii: "]"), let colon = host.lastIndex(of: UInt8(ascii: ":")) { host = host[..<colon] }
        return facts.hosts.contains { known in
            known.utf8.elementsEqual(host) { $0 == ((0x41...0x5A).contains($1) ? $1 | 0x20 : $1) }
        }
    }
}

/// Keys of structured log records.
enum LogKey {
    static let request = "request"
    static let route = "route"
    static let cause = "cause"
}
