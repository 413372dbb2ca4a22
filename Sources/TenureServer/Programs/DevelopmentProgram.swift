internal import CredentialLifecycle
internal import Logging
internal import Storage
internal import Synchronization
internal import TenureAPI
internal import TenureModel

/// `tenured dev`: a whole installation in one folder, on loopback, with an issuer of its own.
package enum DevelopmentProgram {
    /// By how much rates and the presentations of trusts are raised.
    static let factor: Int64 = 100

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Throws: `StartFailure`, one line that says what to do.
    package static func run(_ options: DevelopmentOptions) async throws(StartFailure) {
        try ProcessHardening.apply()
        let profiles = try ProfileFolder(options.profiles, .anybodys)
        let example = try options.exampleEstate()
        let folder = try DevelopmentFolder(options.data)
        let lock = try FolderLock(folder: folder.path)
        let last = try folder.lastConfiguration()
        let ports = (
            api: try folder.reserve(options.listen, last: last?.listen.address),
            plain: try folder.reserve(options.plain, last: last?.plain.address)
        )
        var listen = options.listen
        listen.port = ports.api.port
        var plain = options.plain
        plain.port = ports.plain.port
        let configuration = try folder.writeConfiguration(
            listen: listen, plain: plain, store: options.store, profiles: options.profiles
        )
        .raised(by: factor)
        let isNew = try await prepare(configuration, folder, profiles)
        let issuer = try DevelopmentIssuer.load(
            url: configuration.listen.url + DevelopmentIssuer.path, keyFile: folder.issuerKeyPath)
        let log = ServerLog.make(configuration.log)
        let composition = try await Composition.open(
            configuration, profiles: profiles, lock: lock, issuer: issuer, log: log)
        let administrator = AdministratorSession(
            broker: composition.broker, path: folder.tokenPath,
            now: { SystemClock.now(notBefore: composition.broker.recorder.head.lastTime) })
        let renewal = TokenRenewal(administrator)
        let additions = Composition.Additions(
            routes: issuer.routes(now: { SystemClock.now() }),
            services: [
                PeriodicTask(name: "administrator's token", every: .seconds(1), log: log) {
                    try await renewal.renewIfDue()
                }
            ])
        try await composition.serve(
            additions, profiles: profiles,
            prepare: { () async throws(StartFailure) in
                try await ExampleEstate.apply(example, issuer: issuer.url, isNew: isNew, by: administrator)
                try await renewal.first()
            },
            ready: { () throws(StartFailure) in
                withExtendedLifetime(ports) {}
                if let file = options.readyFile {
                    try composition.writeReadyFile(
                        file, administratorToken: folder.tokenPath, issuer: issuer.url)
                }
                Terminal.say(
                    welcome(configuration, folder, issuer, isTemporary: options.data == nil, isNew: isNew))
            })
    }

    /// Makes what is missing; true where the installation is new.
    private static func prepare(
        _ configuration: ServerConfiguration, _ folder: DevelopmentFolder, _ profiles: ProfileFolder
    ) async throws(StartFailure) -> Bool {
        try FolderPath.prepare(FolderPath.parent(of: configuration.witnessFile))
        guard try await !InstallationFolder.isFounded(configuration) else { return false }
        if !ProtectedFile.exists(folder.keyPath) { try KeyEncryptionKey.make(at: folder.keyPath) }
        _ = try await InstallationFolder.found(configuration, profiles: profiles, root: .kept)
        return true
    }

    private static func welcome(
        _ configuration: ServerConfiguration, _ folder: DevelopmentFolder, _ issuer: DevelopmentIssuer,
        isTemporary: Bool, isNew: Bool
    ) -> String {
        """
        Tenure listens at \(configuration.listen.url), for development: its root key lies wrapped in the store, its
        issuer signs for everybody on this machine, rates and presentations are raised by \(factor).
        \(isNew ? "A new installation with the example estate is" : "The installation of an earlier start is") in \
        \(folder.path)\(isTemporary ? ", a temporary folder" : "").

        To try, in another terminal:

          export TENURE_ADDR=\(configuration.listen.url) TENURE_CA_FILE=\(configuration.rootPath)
          export TENURE_TOKEN_FILE=\(folder.tokenPath)
          tenure status
          curl --cacert $TENURE_CA_FILE \(issuer.url)/token --json \
        '{"sub": "repo:acme/shop:ref:refs/heads/main", "aud": "tenure", \
        "claims": {"repository": "acme/shop", "ref": "refs/heads/main"}}' | sed 's/.*"id_token":"//; s/".*//' >job.jwt
          env -u TENURE_TOKEN_FILE tenure token issue --profile ci-token --audience registry --scope push \
        --oidc-token-file job.jwt
          tenure offboard person/owner --dry-run

        Ctrl-C stops it.
        """
    }
}

/// Renews the administrator's token at half of its life, and where the clock went back to before it: what has to be
/// done about a wrong clock is done with it.
private final class TokenRenewal: Sendable {
    private let session: AdministratorSession
    private let due = Mutex((from: Timestamp.distantFuture, until: Timestamp.distantFuture))

    init(_ session: AdministratorSession) { self.session = session }

    func first() async throws(StartFailure) {
        do {
            try await renew()
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure(.fault, "person/admin got no session: \(error)")
        }
    }

    func renewIfDue() async throws {
        let now = session.now()
        guard due.withLock({ now < $0.from || $0.until <= now }) else { return }
        try await renew()
    }

    private func renew() async throws {
        let from = session.now()
        let until = try await session.renew()
        due.withLock { $0 = (from, until) }
    }
}
