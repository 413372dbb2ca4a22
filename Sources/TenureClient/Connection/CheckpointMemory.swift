internal import Foundation
internal import TenureAPI

/// The largest checkpoint that was seen, kept in a file, so that a log which was cut or forked is noticed (DESIGN,
/// section 3).
///
/// That a larger tree extends the remembered one is proved where the caller may ask for proofs. Who may not is refused
/// once, which is remembered too: each such refusal is an entry of the log. `tenure audit verify --checkpoint FILE`
/// proves it from an export, whoever has one.
struct CheckpointMemory: Sendable {
    let file: String
    let nonce: @Sendable () -> String
    let proves: @Sendable (ConsistencyProofAnswer, String, String) -> Bool

    init(_ settings: ClientSettings.CheckpointFile) {
        file = settings.path
        nonce = settings.nonce
        proves = settings.proves
    }

    /// There once proofs were refused.
    private var refusedFile: String { file + ".noproofs" }

    var mayAskForProofs: Bool { !FileManager.default.fileExists(atPath: refusedFile) }

    func rememberRefusal() async throws(FileError) {
        try await WholeFile.write(Array("proofs were refused\n".utf8), to: refusedFile, nonce: nonce())
    }

    /// What was remembered when a call began. Answers of calls that run side by side may come in any order, so an
    /// answer is compared with this, not with what is remembered when it comes.
    typealias Remembered = CheckpointHead

    /// Nil where nothing is remembered yet, or the file holds something else.
    func recall() -> Remembered? {
        do {
            let text = try FileContent.text(file, bytesMax: 65_536)
            return CheckpointHead(note: text)
        } catch {
            return nil
        }
    }

    /// Compares the checkpoint of an answer, and the index at which the answer was recorded, with what was remembered.
    ///
    /// - Throws: `ClientError.logRewritten`.
    static func check(
        _ checkpoint: CheckpointAnswer, index: Int64?, against remembered: Remembered?
    ) throws(ClientError) {
        guard let seen = CheckpointHead(note: checkpoint.note), seen.size == checkpoint.size,
            seen.root == checkpoint.root
        else {
            throw .logRewritten("the checkpoint does not say what its note says")
        }
        guard let remembered, remembered.origin == seen.origin else { return }
        if seen.size == remembered.size, seen.root != remembered.root {
            throw .logRewritten("two trees of \(seen.size) entries were signed")
        }
        guard seen.size >= remembered.size else {
            throw .logRewritten("it had \(remembered.size) entries, and now has \(seen.size)")
        }
        if let index, index < remembered.size {
            throw .logRewritten("entry \(index) was written anew: there were \(remembered.size) before")
        }
    }

    /// Keeps a checkpoint that is larger than what is remembered now.
    func keep(_ checkpoint: CheckpointAnswer) async throws(FileError) {
        let now = recall()
        if let now, let seen = CheckpointHead(note: checkpoint.note), seen.origin == now.origin, seen.size <= now.size {
            return
        }
        try await WholeFile.write(Array(checkpoint.note.utf8), to: file, nonce: nonce())
    }
}
