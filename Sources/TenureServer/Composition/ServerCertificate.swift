internal import AuditLog
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import SecretMemory
internal import Synchronization
internal import TenureAPI
internal import TenureHTTP
internal import TenureModel

/// The TLS certificate of the API's listener: of the broker's own CA, under a key that never leaves the process,
/// replaced while connections go on: at two thirds of its life, and as soon as the key of the CA that signed it is cut.
final class ServerCertificate: Sendable {
    private struct Standing {
        /// The key of the CA that signed it.
        var issuer: LineageReference
        var dueAt: Timestamp
        /// Until then nothing is tried again: where no CA lives each second would fail.
        var triedUntil: Timestamp?
    }

    let tls: ReloadingTLS
    private let configuration: ServerConfiguration
    private let keys: KeyChest
    private let marks: @Sendable (LineageReference) -> Mark?
    private let standing: Mutex<Standing>

    /// After a failure, in seconds.
    private static let retrySeconds: Int64 = 60

    /// Issues the first one.
    ///
    /// - Parameter marks: as they are whenever it is asked.
    init(
        _ configuration: ServerConfiguration, keys: KeyChest,
        marks: @escaping @Sendable (LineageReference) -> Mark?
    ) throws(StartFailure) {
        let now = SystemClock.now()
        do {
            let (identity, standing) = try Self.issue(configuration, keys, marks, at: now)
            let policy = TLSPolicy(
                minimumVersion: configuration.listen.minimumTLSVersion,
                clientRoots: configuration.listen.asksForCertificates ? [keys.root.der] : nil)
            tls = try ReloadingTLS(identity, policy: policy)
            self.standing = Mutex(standing)
        } catch {
            throw StartFailure(.fault, "the server has no certificate for its listener: \(error)")
        }
        self.configuration = configuration
        self.keys = keys
        self.marks = marks
    }

    /// The key of the CA that signed the certificate in use.
    var issuer: LineageReference { standing.withLock { $0.issuer } }

    /// Replaces the certificate where it is time, or where what signed it was cut; true if it did.
    func renewIfDue(at now: Timestamp) throws -> Bool {
        let standing = standing.withLock { $0 }
        let isCut = marks(standing.issuer)?.kills(since: 0) ?? false
        guard isCut || standing.dueAt <= now, standing.triedUntil.map({ $0 <= now }) ?? true else { return false }
        self.standing.withLock { $0.triedUntil = now.adding(seconds: Self.retrySeconds) }
        let (identity, next) = try Self.issue(configuration, keys, marks, at: now)
        try tls.replace(with: identity)
        self.standing.withLock { $0 = next }
        return true
    }

    private static func issue(
        _ configuration: ServerConfiguration, _ keys: KeyChest, _ marks: MarkLookup, at now: Timestamp
    ) throws -> (TLSIdentity, Standing) {
        let key = try PrivateKey.generate(.p256)
        let issuer = try keys.issuer(at: now, marks: marks)
        let certificate = try BrokerServerCertificate.make(
            names: configuration.listen.names, addresses: configuration.listen.addresses, key: key, issuer: issuer,
            publication: configuration.plain.publication,
            serial: SerialNumber(random: try SecureRandom.bytes(SerialNumber.octetCount)), now: now)
        let secret = try key.pkcs8DER().withBytes { (bytes) in bytes.indices.map { bytes[$0] } }
        let chain = [certificate.der] + (try certificate.chainPEM.map { try Certificate(pem: Array($0.utf8)).der })
        let life = certificate.notAfter.milliseconds - certificate.notBefore.milliseconds
        return (
            TLSIdentity(chain: chain, privateKey: secret),
            Standing(
                issuer: issuer.facts.keyReference,
                dueAt: certificate.notBefore.adding(milliseconds: life / 3 * 2))
        )
    }
}
