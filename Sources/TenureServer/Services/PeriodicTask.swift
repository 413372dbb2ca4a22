internal import Logging
internal import ServiceLifecycle

/// Work that is done again and again until the server stops. What fails is logged and tried again the next time.
struct PeriodicTask: Service {
    let name: String
    let every: Duration
    let log: Logger
    let work: @Sendable () async throws -> Void

    func run() async throws { await repeatUntilStopped() }

    /// The same, for a service that has several.
    func repeatUntilStopped() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await work()
                } catch {
                    log.error("periodic work failed", metadata: [LogKey.kind: "\(name)", LogKey.cause: "\(error)"])
                }
                do {
                    try await Task.sleep(for: every)
                } catch {
                    // Cancelled: the server stops.
                    return
                }
            }
        }
    }
}
