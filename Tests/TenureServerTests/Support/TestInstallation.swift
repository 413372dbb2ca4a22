internal import CredentialLifecycle
internal import Foundation
internal import Logging
internal import SQLiteEngine
internal import Storage

@testable internal import TenureServer

/// A development installation in a folder of its own, without listeners.
struct TestInstallation {
    let folder: TemporaryFolder
    let configuration: ServerConfiguration
    let profiles: ProfileFolder
    let issuer: DevelopmentIssuer

    /// Prepares a folder; nothing is founded yet.
    init(profiles: String = Repository.path + "/ca/profiles", in folder: TemporaryFolder? = nil) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        let development = try DevelopmentFolder(folder.path)
        configuration = try development.writeConfiguration(
            listen: address("127.0.0.1:18443"), plain: address("127.0.0.1:18080"), store: nil,
            profiles: profiles)
        self.profiles = try ProfileFolder(profiles, .anybodys)
        if !ProtectedFile.exists(development.keyPath) { try KeyEncryptionKey.make(at: development.keyPath) }
        try FolderPath.prepare(FolderPath.parent(of: configuration.witnessFile))
        issuer = try DevelopmentIssuer.load(
            url: configuration.listen.url + DevelopmentIssuer.path, keyFile: development.issuerKeyPath)
    }

    /// Prepares a folder and makes the installation.
    static func founded() async throws -> TestInstallation {
        let installation = try TestInstallation()
        try await installation.found()
        return installation
    }

    func found() async throws {
        _ = try await InstallationFolder.found(configuration, profiles: profiles, root: .kept)
    }

    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func open() async throws -> Composition {
        try await Composition.open(
            configuration, profiles: profiles, lock: FolderLock(folder: folder.path), issuer: issuer,
            log: quiet)
    }

    /// Opens the installation with its recorder running, for as long as `body` does.
    func running<Value: Sendable>(
        _ body: @Sendable (Composition) async throws -> Value
    ) async throws -> Value {
        let composition = try await open()
        let recorder = composition.broker.recorder
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(composition))
            } catch {
                result = .failure(error)
            }
            recorder.stop()
            try await group.waitForAll()
            try await composition.store.close()
            return try result.get()
        }
    }

    /// Runs SQL on the database as somebody who has the file could.
    func tamper(_ statements: [String]) async throws {
        let engine = try SQLiteEngine(path: configuration.databasePath)
        try await engine.write { (connection) throws(StorageError) in
            for statement in statements { try connection.execute(Statement(statement), []) }
        }
        try engine.close()
    }
}

private struct NoAddress: Error {}

/// An address that the test has written right.
private func address(_ text: String) throws -> ListenAddress {
    guard let address = ListenAddress(text) else { throw NoAddress() }
    return address
}
