internal import CredentialLifecycle
internal import Federation
internal import Logging
internal import ServiceLifecycle
internal import Storage
internal import Synchronization
internal import TenureModel

/// The loops beside the listeners.
struct Maintenance: Sendable {
    private let composition: Composition

    init(_ composition: Composition) { self.composition = composition }

    var services: [any Service] {
        let broker = composition.broker
        let keySets = composition.keySets
        let log = composition.log
        let isDevelopment = composition.configuration.isDevelopment
        return [
            // Lists whose certificates were revoked are signed at once; this is for those that end.
            PeriodicTask(name: "lists", every: .seconds(isDevelopment ? 1 : 20), log: log) {
                await broker.maintainLists()
            },
            PeriodicTask(name: "rotation", every: .seconds(60), log: log) { await broker.rotateWhatIsDue() },
            PeriodicTask(name: "key sets", every: .seconds(30), log: log) {
                await keySets.refreshDue(now: SystemClock.now())
            },
            certificate, health,
        ]
    }

    private var certificate: PeriodicTask {
        let certificate = composition.certificate
        let log = composition.log
        return PeriodicTask(name: "server certificate", every: .seconds(60), log: log) {
            if try certificate.renewIfDue(at: SystemClock.now()) { log.info("the server's certificate was renewed") }
        }
    }

    private var health: PeriodicTask {
        let composition = composition
        let configuration = composition.configuration
        let limits = configuration.limits
        let clock = Mutex(
            ClockGuard(
                limits: limits, wall: SystemClock.now(), uptimeMilliseconds: SystemClock.uptimeMilliseconds()))
        let watch = HealthWatch(clock: clock, composition: composition)
        return PeriodicTask(name: "health", every: .seconds(1), log: composition.log) {
            watch.look(configuration, limits)
        }
    }
}

/// Looks at clock, disk and store once a second.
private final class HealthWatch: Sendable {
    private let clock: Mutex<ClockGuard>
    private let composition: Composition

    init(clock: consuming Mutex<ClockGuard>, composition: Composition) {
        self.clock = clock
        self.composition = composition
    }

    func look(_ configuration: ServerConfiguration, _ limits: ServerConfiguration.Limits) {
        let recorder = composition.broker.recorder
        recorder.lookAgain()
        let fault = clock.withLock { guardian in
            guardian.check(
                wall: SystemClock.now(), uptimeMilliseconds: SystemClock.uptimeMilliseconds(),
                lastEntry: recorder.head.lastTime)
        }
        let free = Ballast.freeBytes(at: configuration.dataFolder)
        if let free, free < Ballast.giveUpBelow, Ballast.giveUp(configuration.ballastPath) {
            composition.log.critical("the disk is nearly full: the ballast was given up so that revoking still commits")
        } else if !ProtectedFile.exists(configuration.ballastPath) {
            _ = Ballast.reserve(
                configuration.ballastPath, bytes: limits.ballastBytes, keep: limits.diskFreeBytesMin)
        }
        composition.health.update(clock: fault, freeBytes: free, limits: limits, recorder: recorder)
    }
}
