internal import CertificateAuthority
internal import CredentialLifecycle
internal import Glibc
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureAPI
internal import TenureModel

/// `tenured init`.
package enum InitProgram {
    /// Where the root is.
    package enum Root: Sendable {
        /// Made now; its key goes into a file of its own outside the data folder.
        case new
        /// Somebody else's; `nil` makes the requests that it is to certify.
        case external(ExternalAnswer?)
    }

    /// Makes an installation: keys, a root unless it is elsewhere, issuing CAs, profiles, and the first administrator
    /// with a secret that works once.
    ///
    /// - Throws: `StartFailure`, one line that says what to do.
    package static func run(
        configuration file: String, store: String? = nil, root: Root = .new
    ) async throws(StartFailure) {
        try ProcessHardening.apply()
        let configuration = try ServerConfiguration.read(FilePlace.absolute(file), store: store)
        guard !configuration.isDevelopment else {
            throw StartFailure(.usage, "\(file) is the configuration of `tenured dev`, which needs no init")
        }
        try FolderPath.prepare(configuration.dataFolder)
        try FolderPath.prepare(FolderPath.parent(of: configuration.witnessFile))
        let profiles = try ProfileFolder(configuration.authority.profiles, .published)
        let lock = try FolderLock(folder: configuration.dataFolder)
        try await refuseFounded(configuration)
        let external = ExternalRootFounding(configuration: configuration, profiles: profiles)
        switch root {
        case .new:
            let place = try RootKeyPlace(configuration)
            try makeKeyEncryptionKey(configuration)
            let founding = try await InstallationFolder.found(configuration, profiles: profiles, root: .file(place))
            Terminal.say("made   \(place.path)   the root's key, encrypted: take it offline (ca/ceremony)")
            tell(founding, configuration, file)
        case .external(nil):
            try makeKeyEncryptionKey(configuration)
            try external.request()
        case .external(let answer?):
            tell(try await external.found(answer), configuration, file)
        }
        withExtendedLifetime(lock) {}
    }

    private static func makeKeyEncryptionKey(_ configuration: ServerConfiguration) throws(StartFailure) {
        guard case .file(let path) = configuration.key, !ProtectedFile.exists(path) else { return }
        try KeyEncryptionKey.make(at: path)
        Terminal.say("made   \(path)   the key-encryption key: keep a copy where the data folder's copies are not")
    }

    private static func tell(_ founding: Founding, _ configuration: ServerConfiguration, _ file: String) {
        Terminal.say(
            """
            made   \(configuration.rootPath)   the root's certificate, for everybody who is to trust it
            made   \(configuration.verifierKeyPath)   the key that verifies the audit log
            made   \(configuration.bootstrapPath)   the first administrator's secret: works once, until \
            \(founding.bootstrapEnds.secondsText)

            Next: tenured serve --config \(file)
            then: tenure login --bootstrap-file \(configuration.bootstrapPath), and remove that file.
            """)
    }

    private static func refuseFounded(_ configuration: ServerConfiguration) async throws(StartFailure) {
        guard try await InstallationFolder.isFounded(configuration) else { return }
        let place = configuration.database == .sqlite ? configuration.dataFolder : configuration.databasePlace
        throw StartFailure(.conflict, "\(place) holds an installation already; nothing was changed")
    }
}

/// Where the root's key goes, and the passphrase that it is encrypted with.
struct RootKeyPlace {
    /// Fewer can be tried one by one.
    static let passphraseMin = 16

    let path: String
    private let passphrase: SecretBytes

    init(_ configuration: ServerConfiguration) throws(StartFailure) {
        guard let path = configuration.authority.rootKeyFile else {
            throw StartFailure(
                .usage, "ca.root_key_file is required by init: a path outside \(configuration.dataFolder)")
        }
        guard let passphraseFile = configuration.authority.rootPassphraseFile else {
            throw StartFailure(
                .usage, "ca.root_passphrase_file is required by init: a file with the passphrase, mode 600")
        }
        guard !FolderPath.contains(configuration.dataFolder, path) else {
            throw StartFailure(.usage, "ca.root_key_file must lie outside \(configuration.dataFolder)")
        }
        guard !ProtectedFile.exists(path) else {
            throw StartFailure(.conflict, "\(path) is there already: move the other root's key away first")
        }
        var text = try ProtectedFile.read(passphraseFile)
        while text.last == UInt8(ascii: "\n") || text.last == UInt8(ascii: "\r") { text.removeLast() }
        guard (Self.passphraseMin...1_024).contains(text.count) else {
            throw StartFailure(.usage, "\(passphraseFile) must hold \(Self.passphraseMin) to 1024 characters")
        }
        passphrase = SecretBytes(wiping: &text)
        self.path = path
        try FolderPath.prepare(FolderPath.parent(of: path))
    }

    func write(_ key: PrivateKey) throws(StartFailure) {
        let pem: String
        do throws(CryptoError) {
            pem = try key.encryptedPEM(passphrase: passphrase)
        } catch {
            throw StartFailure(.fault, "the root's key could not be encrypted: \(error)")
        }
        try ProtectedFile.create(path, Array(pem.utf8))
    }
}
