internal import CredentialLifecycle
internal import Logging
internal import PostgreSQLEngine
internal import ServiceLifecycle
internal import Storage

/// Has this node follow what others record: at once where it hears of a commit, every quarter of a second where it
/// hears nothing.
struct FollowService: Service {
    let broker: Broker
    let watch: CommitWatch
    let log: Logger

    private static let periodMilliseconds: Int32 = 250
    /// Commits that follow one another closely are read together.
    private static let pause: Duration = .milliseconds(10)

    func run() async throws {
        let following = PeriodicTask(name: "following", every: Self.pause, log: log) {
            do throws(StorageError) {
                try await watch.wait(atMost: Self.periodMilliseconds)
            } catch {
                // The read below says so too; and a database that is away is not asked without a pause.
                try await Task.sleep(for: .milliseconds(Int(Self.periodMilliseconds)))
            }
            try await broker.follow()
        }
        let clock = PeriodicTask(name: "database's clock", every: .seconds(1), log: log) {
            try await watch.compareClocks()
        }
        await withTaskGroup(of: Void.self) { group in
            for task in [following, clock] { group.addTask { await task.repeatUntilStopped() } }
        }
    }
}

/// Keeps the duty of scheduled work, or watches over who has it; gives it back when the server stops.
struct DutyService: Service {
    let keeper: DutyKeeper
    let broker: Broker
    let log: Logger

    func run() async throws {
        let task = PeriodicTask(name: "duty", every: .seconds(1), log: log) {
            if try await keeper.turn() { log.notice("this node does the scheduled work from now on") }
            if keeper.duty != nil { await broker.recorder.storeForOthers() }
        }
        await task.repeatUntilStopped()
        do throws(StorageError) {
            try await keeper.giveBack()
        } catch {
            log.warning("the duty was not given back; another node takes it", metadata: [LogKey.cause: "\(error)"])
        }
    }
}
