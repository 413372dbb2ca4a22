internal import AuditInspection
internal import AuditLog
internal import Foundation
internal import TenureAPI
internal import TenureClient

/// Verifies the log in a data folder, without the broker and without changing anything.
struct FolderVerification {
    let folder: String

    /// - Parameter vkey: the log's key, from elsewhere; nil to take the folder's own `audit.vkey`.
    func run(
        vkey: VerifierKey?, checkpoints: [String], withState: Bool
    ) async throws -> (report: LogReport, state: StateReport?, keyFrom: String) {
        let key: VerifierKey
        if let vkey {
            key = vkey
        } else {
            let file = folder + "/audit.vkey"
            key = try CheckpointFile.key(try FileContent.text(file, bytesMax: 4096), from: file)
        }
        let data = try open()
        do {
            let report = try await data.verifyLog(key: key, checkpoints: checkpoints)
            return (report, withState ? try await data.compareState() : nil, vkey == nil ? "the data folder" : "--vkey")
        } catch {
            throw CommandFailure(.verificationFailed, "the database in \(folder) cannot be read to its end")
        }
    }

    private func open() throws -> InspectedFolder {
        guard FileManager.default.fileExists(atPath: folder + "/" + InspectedFolder.databaseName) else {
            throw CommandFailure.usage("\(folder) holds no database of a broker")
        }
        do {
            return try InspectedFolder(path: folder)
        } catch {
            throw CommandFailure(.verificationFailed, "the database in \(folder) cannot be opened")
        }
    }
}
