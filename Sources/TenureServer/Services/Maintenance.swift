internal import CredentialLifecycle
internal import Federation
internal import Logging
internal import ServiceLifecycle
internal import Storage

/// The loops beside the listeners.
struct Maintenance: Sendable {
    private let composition: Composition
    /// Says whether this node does what one does for all.
    private let keeper: DutyKeeper

    init(_ composition: Composition, _ keeper: DutyKeeper) {
        self.composition = composition
        self.keeper = keeper
    }

    /// By a clock in doubt no list is signed for its age, no key retired, no certificate made: it would end at a wrong
    /// time.
    var services: [any Service] {
        let broker = composition.broker
        let keySets = composition.keySets
        let board = composition.health
        let log = composition.log
        let isDevelopment = composition.configuration.isDevelopment
        let keeper = keeper
        return [
            // Lists whose certificates were revoked are signed at once; this is for those that end.
            PeriodicTask(name: "lists", every: .seconds(isDevelopment ? 1 : 20), log: log) {
                if board.trustsClock, let duty = keeper.duty { await broker.maintainLists(under: duty) }
            },
            PeriodicTask(name: "rotation", every: .seconds(60), log: log) {
                if board.trustsClock, let duty = keeper.duty { await broker.rotateWhatIsDue(under: duty) }
            },
            // Kills go on with a wrong clock; lists and receipts are not signed by it.
            PeriodicTask(name: "cases", every: .seconds(1), log: log) {
                if let duty = keeper.duty { await broker.workOnCases(under: duty, mayProve: board.trustsClock) }
            },
            PeriodicTask(name: "retention", every: .seconds(600), log: log) {
                if board.trustsClock, let duty = keeper.duty { await broker.forgetWhatEnded(under: duty) }
            },
            PeriodicTask(name: "key sets", every: .seconds(30), log: log) {
                await keySets.refreshDue(now: SystemClock.now())
            },
            certificate, rootList, health,
        ]
    }

    /// The root's own list: signed anew where its key is here, taken over from its file where it is not.
    private var rootList: PeriodicTask {
        let rootList = composition.rootList
        let board = composition.health
        let log = composition.log
        return PeriodicTask(
            name: "root list", every: .seconds(composition.configuration.isDevelopment ? 1 : 60), log: log
        ) {
            guard board.trustsClock else { return }
            if try await rootList.maintain() { log.notice("the root's revocation list was signed anew") }
        }
    }

    private var certificate: PeriodicTask {
        let certificate = composition.certificate
        let board = composition.health
        let log = composition.log
        // Each second: the CA that signed it may be cut at any moment. Looking costs nothing.
        return PeriodicTask(name: "server certificate", every: .seconds(1), log: log) {
            guard board.trustsClock else { return }
            if try certificate.renewIfDue(at: SystemClock.now()) { log.notice("the server's certificate was renewed") }
        }
    }

    private var health: PeriodicTask {
        let watch = HealthWatch(composition: composition)
        let configuration = composition.configuration
        return PeriodicTask(name: "health", every: .seconds(1), log: composition.log) {
            watch.look(configuration, configuration.limits)
        }
    }
}

/// Looks at clock, disk and store once a second.
private struct HealthWatch: Sendable {
    let composition: Composition

    func look(_ configuration: ServerConfiguration, _ limits: ServerConfiguration.Limits) {
        composition.broker.recorder.lookAgain()
        let free = Ballast.freeBytes(at: configuration.dataFolder)
        if let free, free < Ballast.giveUpBelow, Ballast.giveUp(configuration.ballastPath) {
            composition.log.critical("the disk is nearly full: the ballast was given up so that revoking still commits")
        } else if !ProtectedFile.exists(configuration.ballastPath) {
            _ = Ballast.reserve(
                configuration.ballastPath, bytes: limits.ballastBytes, keep: limits.diskFreeBytesMin)
        }
        let lost = composition.health.update(
            freeBytes: free, limits: limits,
            authorities: composition.broker.issuingConcern() ?? composition.rootList.concern)
        guard let lost else { return }
        composition.log.critical(
            "the log is not the one that this node knows: it is read-only from now on",
            metadata: [LogKey.cause: "\(lost)"])
    }
}
