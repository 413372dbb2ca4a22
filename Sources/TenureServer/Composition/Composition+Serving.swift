internal import CertificateAuthority
internal import CredentialLifecycle
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Storage
internal import TenureAPI
internal import TenureHTTP
internal import UnixSignals

extension Composition {
    /// What a start adds to the broker's own routes and loops.
    struct Additions: Sendable {
        var routes: [AdditionalRoute] = []
        var services: [any Service] = []
    }

    /// Serves until SIGTERM or SIGINT: requests under way are answered, then what waits is recorded, then it returns.
    ///
    /// - Parameters:
    ///   - prepare: runs when acts can be recorded and before anything listens.
    ///   - ready: called once, when requests are served.
    func serve(
        _ additions: Additions = Additions(), profiles: ProfileFolder,
        prepare: @escaping @Sendable () async throws(StartFailure) -> Void = {},
        ready: @escaping @Sendable () throws(StartFailure) -> Void
    ) async throws(StartFailure) {
        let recorder = broker.recorder
        // The recorder ends last: listeners drain first, and what they took is recorded.
        let result: Result<Void, StartFailure> = await withTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            let result: Result<Void, StartFailure>
            do throws(StartFailure) {
                try await adopt(profiles)
                try await prepare()
                try await runServices(additions, ready)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            recorder.stop()
            return result
        }
        do throws(StorageError) {
            try await store.close()
        } catch {
            log.warning("the database was not closed", metadata: [LogKey.cause: "\(error)"])
        }
        try result.get()
    }

    /// Records what changed in the profile files.
    private func adopt(_ profiles: ProfileFolder) async throws(StartFailure) {
        let adoption: ProfileAdoption
        do throws(LifecycleError) {
            adoption = try await broker.adopt(profiles.editions)
        } catch {
            throw StartFailure(.fault, "profiles of \(configuration.authority.profiles) are not acceptable: \(error)")
        }
        for name in adoption.adopted {
            log.notice("a new version of a profile is in force", metadata: [LogKey.profile: "\(name)"])
        }
        for held in adoption.heldBack {
            log.warning(
                "a profile's file differs from what is in force and is not its next version; it has no effect",
                metadata: [
                    LogKey.profile: "\(held.name)",
                    LogKey.cause: "in force is version \(held.inForce), the file says \(held.inFile)",
                ])
        }
    }

    /// What a node among several does: it follows the others, and takes its turn at what one of them does for all.
    private func companyServices(_ keeper: DutyKeeper) -> [any Service] {
        guard let watch = store.watch else { return [] }
        return [
            FollowService(broker: broker, watch: watch, log: log),
            DutyService(keeper: keeper, broker: broker, log: log),
        ]
    }

    private func dutyKeeper() throws(StartFailure) -> DutyKeeper {
        do throws(LifecycleError) {
            return try DutyKeeper(broker) { SystemClock.uptimeMilliseconds() }
        } catch {
            throw StartFailure(.fault, "no name for this node: \(error)")
        }
    }

    private func setting(of address: ListenAddress) -> HTTPListener.Setting {
        HTTPListener.Setting(
            limits: configuration.limits.http, host: address.host, port: address.port, log: log,
            clock: { SystemClock.now() })
    }

    private func runServices(
        _ additions: Additions, _ ready: @escaping @Sendable () throws(StartFailure) -> Void
    ) async throws(StartFailure) {
        let limits = configuration.limits.http
        let board = health
        let facts = ServerFacts(
            version: ServerVersion.text, isDevelopment: configuration.isDevelopment, auditKey: verifierKey,
            trustDomain: configuration.authority.trustDomain.text, health: { board.current })
        let keeper = try dutyKeeper()
        let log = log
        let failed = FirstFailure()
        let group = GroupHolder()
        let readiness = Readiness { _, _ in
            do throws(StartFailure) {
                try ready()
            } catch {
                failed.note(error)
                group.stop()
            }
        }
        let api = HTTPListener.api(
            BrokerRouter(broker: broker, limits: limits, facts: facts, log: log, additional: additions.routes),
            tls: certificate.tls, setting(of: configuration.listen.address),
            onListening: { readiness.apiListens($0) })
        let plain = HTTPListener.plain(
            PlainRouter(broker: broker, limits: limits, facts: facts, log: log),
            setting(of: configuration.plain.address), onListening: { readiness.plainListens($0) })
        // Shut down in reverse: feeds end, then nothing new is taken, then the loops end.
        var quiet = log
        quiet.logLevel = max(log.logLevel, .warning)
        var groupConfiguration = ServiceGroupConfiguration(
            services: Maintenance(self, keeper).services + companyServices(keeper) + additions.services + [
                plain, api, FeedService(broker: broker, log: log),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        groupConfiguration.maximumGracefulShutdownDuration = .seconds(limits.drainSeconds)
        let services = ServiceGroup(configuration: groupConfiguration)
        group.hold(services)
        do {
            try await services.run()
        } catch let error as IOError {
            throw StartFailure(
                .unavailable,
                "\(configuration.listen.address.text) or \(configuration.plain.address.text) cannot be listened on:"
                    + " \(ProtectedFile.reason(error.errnoCode))")
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure(.fault, "the server stopped: \(error)")
        }
        if let failure = failed.failure { throw failure }
    }
}

/// The version of the program.
enum ServerVersion {
    static let text = "0.1.0"
}
