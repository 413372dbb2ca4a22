internal import CertificateAuthority
internal import CredentialLifecycle
internal import Storage
internal import Synchronization
internal import TenureAPI
internal import TenureModel

/// Keeps the root's own list from ending: signs it where the root's key is, and says in time where it is not.
final class RootListKeeper: Sendable {
    private let configuration: ServerConfiguration
    private let broker: Broker
    private let worry = Mutex<String?>(nil)

    init(_ configuration: ServerConfiguration, broker: Broker) {
        self.configuration = configuration
        self.broker = broker
    }

    /// What people must do for the list; nil where nothing is.
    var concern: String? { worry.withLock { $0 } }

    /// Signs the list where it is due and can be, takes over a newer one from its file, and looks at its end.
    ///
    /// - Returns: whether it was signed.
    func maintain() async throws(StartFailure) -> Bool {
        let path = configuration.rootListPath
        guard ProtectedFile.exists(path) else {
            worry.withLock { $0 = "the root's list is missing: put it at \(path) (ca/ceremony)" }
            return false
        }
        let snapshot = broker.snapshot
        let standing = try RootListPublication.standing(configuration, snapshot)
        let renewed: SignedRevocationList?
        do throws(LifecycleError) {
            renewed = try broker.renewedRootList(standing)
        } catch {
            throw StartFailure(.fault, "the root's list cannot be signed: \(error)")
        }
        // The file first: it is what lasts.
        if let renewed { try ProtectedFile.replace(path, renewed.der) }
        if let root = snapshot.keyVersions(for: .rootCA).last {
            try await RootListPublication.publish(configuration, root: root, in: broker.ledger)
        }
        let concern =
            renewed == nil
            ? standing.concern(at: SystemClock.now(), path: path) : nil
        worry.withLock { $0 = concern }
        return renewed != nil
    }
}
