internal import CredentialLifecycle
internal import Logging
internal import ServiceLifecycle

/// Keeps those informed who follow the feed: of each event soon after its commit, and of the head each second.
///
/// It is stopped before the listeners: an open feed would keep them from ending.
struct FeedService: Service {
    let broker: Broker
    let log: Logger

    /// An event waits at most so long before it is handed on.
    private static let publishing: Duration = .milliseconds(100)

    func run() async throws {
        let tasks = [
            PeriodicTask(name: "feed", every: Self.publishing, log: log) { try await broker.publishFeed() },
            PeriodicTask(name: "heartbeat", every: .seconds(1), log: log) { try await broker.beatFeed() },
        ]
        await withTaskGroup(of: Void.self) { group in
            for task in tasks { group.addTask { await task.repeatUntilStopped() } }
        }
        broker.feed.close()
    }
}
