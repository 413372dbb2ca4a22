internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import SecretMemory
internal import Synchronization
internal import TenureAPI
internal import TenureHTTP
internal import TenureModel

/// The TLS certificate of the API's listener: of the broker's own CA, under a key that never leaves the process,
/// replaced at two thirds of its life while connections go on.
final class ServerCertificate: Sendable {
    let tls: ReloadingTLS
    private let configuration: ServerConfiguration
    private let keys: KeyChest
    private let dueAt: Mutex<Timestamp>

    /// Issues the first one.
    init(_ configuration: ServerConfiguration, keys: KeyChest) throws(StartFailure) {
        let now = SystemClock.now()
        do {
            let (identity, due) = try Self.issue(configuration, keys, at: now)
            let policy = TLSPolicy(
                minimumVersion: configuration.listen.minimumTLSVersion,
                clientRoots: configuration.listen.asksForCertificates ? [keys.root.der] : nil)
            tls = try ReloadingTLS(identity, policy: policy)
            dueAt = Mutex(due)
        } catch {
            throw StartFailure(.fault, "the server has no certificate for its listener: \(error)")
        }
        self.configuration = configuration
        self.keys = keys
    }

    /// Replaces the certificate where it is time; true if it did.
    func renewIfDue(at now: Timestamp) throws -> Bool {
        guard dueAt.withLock({ $0 }) <= now else { return false }
        let (identity, due) = try Self.issue(configuration, keys, at: now)
        try tls.replace(with: identity)
        dueAt.withLock { $0 = due }
        return true
    }

    private static func issue(
        _ configuration: ServerConfiguration, _ keys: KeyChest, at now: Timestamp
    ) throws -> (TLSIdentity, due: Timestamp) {
        let key = try PrivateKey.generate(.p256)
        let issuer = try keys.issuer(at: now)
        let certificate = try BrokerServerCertificate.make(
            names: configuration.listen.names, addresses: configuration.listen.addresses, key: key, issuer: issuer,
            publication: configuration.plain.publication,
            serial: SerialNumber(random: try SecureRandom.bytes(SerialNumber.octetCount)), now: now)
        let secret = try key.pkcs8DER().withBytes { (bytes) in bytes.indices.map { bytes[$0] } }
        let chain = [certificate.der] + (try certificate.chainPEM.map { try Certificate(pem: Array($0.utf8)).der })
        let life = certificate.notAfter.milliseconds - certificate.notBefore.milliseconds
        return (
            TLSIdentity(chain: chain, privateKey: secret),
            certificate.notBefore.adding(milliseconds: life / 3 * 2)
        )
    }
}
