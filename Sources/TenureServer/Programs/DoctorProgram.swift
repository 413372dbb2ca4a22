internal import AuditLog
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import SecretMemory
internal import Storage
internal import TenureAPI
internal import TenureModel

/// `tenured doctor`: looks at everything that a start looks at, and says what is well and what is not.
package enum DoctorProgram {
    /// Prints one line for each check.
    ///
    /// - Parameter acceptsClock: records that this machine's clock is right though the log is ahead of it.
    /// - Throws: `StartFailure` where the configuration cannot be read, or with the number of faults found.
    package static func run(configuration file: String, store: String? = nil, acceptsClock: Bool)
        async throws(StartFailure)
    {
        try ProcessHardening.apply()
        let configuration = try ServerConfiguration.read(FilePlace.absolute(file), store: store)
        var report = Report()
        report.passed("configuration", file)
        report.check("data folder", configuration.dataFolder) { () throws(StartFailure) in
            try FolderPath.check(configuration.dataFolder)
        }
        report.check("profiles", configuration.authority.profiles) { () throws(StartFailure) in
            _ = try ProfileFolder(
                configuration.authority.profiles, configuration.isDevelopment ? .anybodys : .published)
        }
        report.check("weak keys") { () throws(StartFailure) in
            let files = configuration.authority.weakKeyFiles
            return files.isEmpty
                ? "no list is configured (ca.weak_key_files): keys of CVE-2008-0166 (Debian) are not known"
                : "\(try WeakKeyFiles.read(files).count) fingerprints in \(files.joined(separator: ", "))"
        }
        report.check("root key", "not in the data folder") { () throws(StartFailure) in
            if !configuration.isDevelopment { try InstallationFolder.refuseRootKey(configuration) }
        }
        for path in [configuration.rootPath, configuration.rootListPath, configuration.verifierKeyPath] {
            report.check("file", path) { () throws(StartFailure) in try ProtectedFile.check(path, .published) }
        }
        var keys: [SecretBytes] = []
        report.check("key-encryption key", KeyCheck.place(of: configuration.key)) { () throws(StartFailure) in
            keys.append(try KeyEncryptionKey.load(configuration.key))
        }
        if let next = configuration.nextKey {
            report.check("next key-encryption key", KeyCheck.place(of: next)) { () throws(StartFailure) in
                keys.append(try KeyEncryptionKey.load(next))
            }
        }
        report.check("witness", configuration.witnessFile) { () throws(StartFailure) in
            try ProtectedFile.check(configuration.witnessFile)
        }
        if !keys.isEmpty { await database(configuration, keys, acceptsClock, &report) }
        guard report.faults == 0 else {
            throw StartFailure(.fault, "\(report.faults) of \(report.checks) checks failed")
        }
        Terminal.say("All \(report.checks) checks passed.")
    }

    /// What is seen only on the open database; not while a server has it.
    private static func database(
        _ configuration: ServerConfiguration, _ keys: [SecretBytes], _ acceptsClock: Bool, _ report: inout Report
    ) async {
        do throws(StartFailure) {
            let lock = try FolderLock(folder: configuration.dataFolder)
            if configuration.database == .sqlite, !ProtectedFile.exists(configuration.databasePath) {
                throw StartFailure(.notFound, "\(configuration.databasePath) is not there: run `tenured init`")
            }
            let store = try await OpenStore.open(configuration)
            do throws(StorageError) {
                let version = try await SchemaMigrator.check(store.engine)
                let isOwn = version == SchemaMigrator.newestVersion
                report.passed(
                    "schema", isOwn ? "that of this program" : "version \(version), newer, which supports this program")
                try await durability(of: store, configuration, &report)
            } catch {
                throw StartFailure(error, configuration)
            }
            try await installation(configuration, keys, acceptsClock, store.engine, &report)
            do throws(StorageError) {
                try await store.close()
            } catch {
                throw StartFailure(error, configuration)
            }
            withExtendedLifetime(lock) {}
        } catch {
            report.failed("database", error)
        }
    }

    /// That an acknowledged commit is on disk.
    private static func durability(
        of store: OpenStore, _ configuration: ServerConfiguration, _ report: inout Report
    ) async throws(StorageError) {
        guard let engine = store.engine as? SQLiteEngine else {
            // Opening refuses a server on which it is not.
            report.passed("PostgreSQL", "\(configuration.databasePlace); the primary, which keeps what it acknowledges")
            let difference = store.clockDifference
            guard abs(difference) <= ClockGuard.databaseMillisecondsMax else {
                throw .unavailable("its clock and this machine's differ by \(difference) ms")
            }
            return report.passed("clock against the database", "\(difference) ms")
        }
        let level = try await engine.synchronousLevel()
        guard level == 2 else { throw .unavailable("PRAGMA synchronous is \(level), not 2 (FULL)") }
        report.passed("synchronous", "2 (FULL)")
        report.passed(
            "SQLite",
            "\(SQLiteEngine.libraryVersion); one connection alone writes and checkpoints, as all before 3.51.3 need")
    }

    private static func installation(
        _ configuration: ServerConfiguration, _ keys: [SecretBytes], _ acceptsClock: Bool, _ engine: any SQLEngine,
        _ report: inout Report
    ) async throws(StartFailure) {
        let installation: Installation
        do throws(InstallationError) {
            installation = try await Installation.open(engine, keyEncryptionKeys: keys)
        } catch {
            throw StartFailure(error, configuration)
        }
        try InstallationFolder.checkVerifierKey(installation, configuration)
        report.passed("log", "\(installation.origin)")
        let rest = KeyCheck(installation: installation, configuration: configuration, now: SystemClock.now())
        report.check("data key", rest.standing) { () throws(StartFailure) in try rest.checkDataKeys() }
        report.check("keys at rest", "\(rest.restingCount) open under it") { () throws(StartFailure) in
            try rest.checkResting()
        }
        report.check("issuing CAs' keys") { () throws(StartFailure) in try rest.checkIssuing() }
        let recorder: Recorder
        do throws(StorageError) {
            // Opening holds the head against the witness, and writes no entry.
            recorder = try await Recorder.open(
                engine, signer: installation.signer, witness: WitnessFile.witness(at: configuration.witnessFile),
                clock: { SystemClock.now() }, known: installation.snapshot)
            report.passed("witness against head", "\(recorder.head.size) entries")
        } catch {
            throw StartFailure(error, configuration)
        }
        let clock = ClockAcceptance(recorder: recorder, behindSecondsMax: configuration.limits.clockBehindSecondsMax)
        do throws(StartFailure) {
            report.passed("clock", acceptsClock ? try await clock.accept() : try clock.check())
        } catch {
            report.failed("clock", error)
        }
        for version in installation.snapshot.keyVersions where version.state != .retired {
            try authority(version, &report)
        }
        authorities(configuration, installation.snapshot, &report)
    }

    /// What people must do at the root before something ends.
    private static func authorities(
        _ configuration: ServerConfiguration, _ snapshot: Snapshot, _ report: inout Report
    ) {
        let now = SystemClock.now()
        report.check("issuing CAs", "one signs, a successor lies published") { () throws(StartFailure) in
            if let concern = Broker.issuingConcern(in: snapshot, at: now) { throw StartFailure(.fault, concern) }
        }
        report.check("root list", configuration.rootListPath) { () throws(StartFailure) in
            let standing = try RootListPublication.standing(configuration, snapshot)
            if let concern = standing.concern(at: now, path: configuration.rootListPath) {
                throw StartFailure(.fault, concern)
            }
        }
    }

    /// The ends of CA certificates: an issuing CA is replaced months before, never on its last day.
    private static func authority(_ version: KeyVersion, _ report: inout Report) throws(StartFailure) {
        guard let der = version.certificates.first else { return }
        let certificate: Certificate
        do throws(CertificateError) {
            certificate = try Certificate(der: der)
        } catch {
            throw StartFailure(.fault, "the certificate of \(version.id) cannot be read")
        }
        let end = Timestamp(clampingSeconds: certificate.notAfter)
        let name = "\(version.purpose.text) \(version.id)"
        guard end > SystemClock.now().adding(seconds: 30 * 86_400) else {
            report.failed(name, StartFailure(.fault, "its certificate ends \(end.secondsText): replace it now"))
            return
        }
        report.passed(name, "until \(end.secondsText)")
    }

    /// What was looked at so far.
    private struct Report {
        private(set) var checks = 0
        private(set) var faults = 0

        mutating func check(_ what: String, _ detail: String, _ look: () throws(StartFailure) -> Void) {
            check(what) { () throws(StartFailure) in
                try look()
                return detail
            }
        }

        /// - Parameter look: returns the detail.
        mutating func check(_ what: String, _ look: () throws(StartFailure) -> String) {
            do throws(StartFailure) {
                passed(what, try look())
            } catch {
                failed(what, error)
            }
        }

        mutating func passed(_ what: String, _ detail: String) {
            checks += 1
            Terminal.say("ok    \(what): \(detail)")
        }

        mutating func failed(_ what: String, _ failure: StartFailure) {
            checks += 1
            faults += 1
            Terminal.say("FAULT \(what): \(failure.message)")
        }
    }
}
