internal import PostgreSQLEngine
internal import ServiceLifecycle
internal import Storage
internal import TenureAPI

/// Ends the server once its database may be another node's: whatever it still held open goes with it.
struct LeaseWatch: Service {
    let lease: NodeLease

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(StorageError) {
                    try await lease.confirm()
                } catch {
                    throw StartFailure(
                        .unavailable, "the database is lost, and may be another node's by now: \(error); start again")
                }
                do {
                    try await Task.sleep(for: .seconds(1))
                } catch {
                    // Cancelled: the server stops.
                    return
                }
            }
        }
    }
}
