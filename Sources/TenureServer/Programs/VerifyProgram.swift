internal import AuditInspection
internal import AuditLog
internal import TenureAPI

/// `tenured verify`: the log of the configured database, and its tables, also while nodes serve it.
package enum VerifyProgram {
    /// Verifies one state of the database and prints what it is; changes nothing.
    ///
    /// - Parameter checkpoints: files with signed notes of the log, which it must not be shorter than.
    /// - Throws: `StartFailure`; `verificationFailed` with the first thing that is wrong.
    package static func run(configuration file: String, checkpoints: [String]) async throws(StartFailure) {
        try ProcessHardening.apply()
        let configuration = try ServerConfiguration.read(FilePlace.absolute(file))
        var notes: [String] = []
        for path in checkpoints { notes.append(try ProtectedFile.text(FilePlace.absolute(path), .anybodys)) }
        let report = try await verify(configuration, checkpoints: notes)
        Terminal.say(
            "whole  \(configuration.databasePlace)   \(report.size) entries, attested up to \(report.attestedSize),"
                + " root \(Base64.text(report.root)); its tables are what its log says")
    }

    /// The same without a word.
    static func verify(
        _ configuration: ServerConfiguration, checkpoints: [String]
    ) async throws(StartFailure) -> LogReport {
        let key = try BackupProgram.verifierKey(configuration)
        let store = try await LookedAtStore.open(configuration)
        let result: Result<LogReport, StartFailure>
        do throws(StartFailure) {
            result = .success(
                try await LogCheck.check(
                    InspectedFolder(store.engine), of: configuration.databasePlace, key: key, checkpoints: checkpoints,
                    configuration))
        } catch {
            result = .failure(error)
        }
        await store.close()
        return try result.get()
    }
}
