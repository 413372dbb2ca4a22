internal import AuditInspection
internal import AuditLog
internal import Storage
internal import TenureAPI

/// The check of a whole database before anybody relies on it.
enum LogCheck {
    /// Verifies the log against checkpoints, and the tables against the log.
    ///
    /// - Parameter source: what the file at `path` is a copy of, for the message.
    /// - Throws: `verificationFailed`, with the first thing that is wrong.
    static func check(
        _ path: String, of source: String, key: VerifierKey, checkpoints: [String],
        _ configuration: ServerConfiguration
    ) async throws(StartFailure) -> LogReport {
        let database: InspectedFolder
        do throws(StorageError) {
            database = try InspectedFolder(database: path)
        } catch {
            throw StartFailure(error, configuration)
        }
        return try await check(database, of: source, key: key, checkpoints: checkpoints, configuration)
    }

    /// The same of a database that is open.
    static func check(
        _ database: InspectedFolder, of source: String, key: VerifierKey, checkpoints: [String],
        _ configuration: ServerConfiguration
    ) async throws(StartFailure) -> LogReport {
        let report: LogReport
        let state: StateReport
        do throws(StorageError) {
            report = try await database.verifyLog(key: key, checkpoints: checkpoints)
            state = try await database.compareState()
        } catch {
            throw StartFailure(error, configuration)
        }
        if let finding = report.findings.first { throw StartFailure(.verificationFailed, words(finding, source)) }
        if let finding = state.findings.first {
            throw StartFailure(
                .verificationFailed,
                "the tables in \(source) are not what its log says (\(finding)): take an older copy, and keep this one"
                    + " for whoever looks into it")
        }
        return report
    }

    private static func words(_ finding: LogFinding, _ source: String) -> String {
        switch finding {
        case .truncated(let size, let checkpoint):
            "\(source) has \(size) entries, and a checkpoint that was signed has \(checkpoint): take a newer copy"
        case .badCheckpoint(let place, let error):
            "checkpoint \(place + 1) is none of the log in \(source) (\(error)): give one of this log"
        default:
            "the log in \(source) is not whole (\(finding)): take an older copy, and keep this one for whoever looks"
                + " into it"
        }
    }
}
