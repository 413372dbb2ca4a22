internal import AuditLog
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import SecretMemory
internal import Storage
internal import TenureAPI
internal import TenureModel

/// The data folder of an installation: opened, founded, and checked against the files beside the database.
enum InstallationFolder {
    /// Whether there is an installation in the database. An empty one, which a founding that did not end left, is begun
    /// anew.
    static func isFounded(_ configuration: ServerConfiguration) async throws(StartFailure) -> Bool {
        if configuration.database == .sqlite, !ProtectedFile.exists(configuration.databasePath) { return false }
        let store = try await OpenStore.open(configuration)
        do throws(StorageError) {
            let isFounded = try await Ledger(store.engine, origin: "").head().size > 0
            try await store.close()
            return isFounded
        } catch {
            throw StartFailure(error, configuration)
        }
    }

    /// Makes an installation: what must not be lost is in files before the first entry is recorded.
    ///
    /// - Parameter root: made now, or elsewhere.
    static func found(
        _ configuration: ServerConfiguration, profiles: ProfileFolder, root: RootChoice
    ) async throws(StartFailure) -> Founding {
        try refuseWitness(configuration)
        let kek = try KeyEncryptionKey.load(configuration.key)
        if configuration.database == .sqlite {
            for path in try leftovers(configuration) { try ProtectedFile.remove(path) }
        }
        let order = try order(configuration, profiles, keepsRootKey: root.isKept)
        let store = try await OpenStore.open(configuration)
        let founding: Founding
        do throws(FoundingError) {
            founding = try Founding(order, keyEncryptionKey: kek, certified: root.certified, at: SystemClock.now())
        } catch {
            throw StartFailure(error, configuration)
        }
        if case .file(let place) = root, let key = founding.rootKey { try place.write(key) }
        try ProtectedFile.replace(configuration.bootstrapPath, Array((founding.bootstrap.text + "\n").utf8))
        try ProtectedFile.replace(configuration.rootPath, Array(founding.root.pem.utf8))
        if let list = founding.rootListDER { try ProtectedFile.replace(configuration.rootListPath, list) }
        try ProtectedFile.replace(configuration.verifierKeyPath, Array((founding.verifierKeyText + "\n").utf8))
        do throws(FoundingError) {
            try await founding.record(
                in: store.engine, witness: WitnessFile.witness(at: configuration.witnessFile),
                clock: { SystemClock.now() })
        } catch {
            throw StartFailure(error, configuration)
        }
        do throws(StorageError) {
            try await store.close()
        } catch {
            throw StartFailure(error, configuration)
        }
        return founding
    }

    /// What a new installation is to be.
    static func order(
        _ configuration: ServerConfiguration, _ profiles: ProfileFolder, keepsRootKey: Bool
    ) throws(StartFailure) -> FoundingOrder {
        FoundingOrder(
            trustDomain: configuration.authority.trustDomain, publication: configuration.plain.publication,
            issuingKey: configuration.authority.issuingKey,
            issuingLifetimeSeconds: configuration.authority.issuingLifetimeSeconds,
            issuingKeys: try IssuingToken.source(configuration), keepsRootKey: keepsRootKey,
            profiles: profiles.editions.map(\.profile))
    }

    static func refuseWitness(_ configuration: ServerConfiguration) throws(StartFailure) {
        // A witness that saw entries belongs to a database that is not here any more.
        // defence: T38
        if ProtectedFile.exists(configuration.witnessFile) {
            throw StartFailure(
                .conflict,
                "\(configuration.witnessFile) says that an installation was here: put its data folder back, or move the"
                    + " witness away to begin a new one")
        }
    }

    /// Files of a database without an entry: nothing was ever recorded there.
    private static func leftovers(_ configuration: ServerConfiguration) throws(StartFailure) -> [String] {
        let path = configuration.databasePath
        return ["", "-wal", "-shm"].map { path + $0 }.filter { ProtectedFile.exists($0) }
    }

    /// Refuses where the file beside the database is another log's; writes it where it is missing.
    static func checkVerifierKey(
        _ installation: Installation, _ configuration: ServerConfiguration
    ) throws(StartFailure) {
        let path = configuration.verifierKeyPath
        let text = installation.signer.verifierKey.text + "\n"
        guard ProtectedFile.exists(path) else { return try ProtectedFile.replace(path, Array(text.utf8)) }
        guard try ProtectedFile.read(path, .published) == Array(text.utf8) else {
            throw StartFailure(
                .verificationFailed,
                "\(path) is not the key of the log in \(configuration.databasePlace): one of the two is another"
                    + " installation's")
        }
        guard installation.origin.trustDomain == configuration.authority.trustDomain.text else {
            throw StartFailure(
                .usage,
                "ca.trust_domain is \(configuration.authority.trustDomain), and the installation's is"
                    + " \(installation.origin.trustDomain), which never changes")
        }
    }

    /// Puts the root's certificate beside the data of a node that did not found the installation.
    static func writeMissingRoot(_ root: KeyVersion, _ configuration: ServerConfiguration) throws(StartFailure) {
        guard !ProtectedFile.exists(configuration.rootPath), let der = root.certificates.first else { return }
        let certificate: Certificate
        do throws(CertificateError) {
            certificate = try Certificate(der: der)
        } catch {
            throw StartFailure(.fault, "the certificate of \(root.id) cannot be read")
        }
        try ProtectedFile.replace(configuration.rootPath, Array(certificate.pem.utf8))
    }

    /// Refuses to serve while the root's key lies beside the data (ca/ceremony).
    static func refuseRootKey(_ configuration: ServerConfiguration) throws(StartFailure) {
        let folder = configuration.dataFolder
        if let path = configuration.authority.rootKeyFile, FolderPath.contains(folder, path) {
            throw StartFailure(
                .fault, "ca.root_key_file lies inside \(folder): move \(path) to where the root is kept, offline")
        }
        let label = Array("-----BEGIN \(PEM.encryptedPrivateKey)-----".utf8)
        for name in try FolderPath.names(in: folder) where name.hasSuffix(".pem") {
            let path = folder + "/" + name
            guard try ProtectedFile.read(path, .published).starts(with: label) else { continue }
            throw StartFailure(
                .fault, "\(path) looks like the root's key: move it to where the root is kept, offline")
        }
    }
}

/// The root of a new installation.
enum RootChoice {
    /// Made, its key wrapped in the store: in development alone.
    case kept
    /// Made, its key written to a file of its own.
    case file(RootKeyPlace)
    /// Somebody else's, which certified the issuing CAs.
    case external(CertifiedAuthorities)

    fileprivate var isKept: Bool { if case .kept = self { true } else { false } }

    fileprivate var certified: CertifiedAuthorities? {
        if case .external(let certified) = self { certified } else { nil }
    }
}
