internal import ArgumentParser
internal import AuditLog
internal import Foundation
internal import TenureAPI
internal import TenureClient
internal import TenureModel

struct CaseVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a receipt with the log's key alone.",
        discussion: """
            tenure case verify case.json --vkey audit.vkey                   offline
            tenure case show cas_01jd… --output json | tenure case verify -  with the running broker's key
            tenure case verify case.json --vkey audit.vkey --dead dead.txt   and the list of the dead against it

            The receipt is signed by a key that an entry of the log certifies, and each mark in it is an entry of the \
            log. Ends with 8 where anything is not as it says.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        help: ArgumentHelp("What `tenure case show` wrote, or the note alone; - for standard input.", valueName: "file")
    )
    var file: String
    @Option(help: ArgumentHelp("The log's verification key, as audit.vkey. Else the broker's.", valueName: "file"))
    var vkey: String?
    @Option(help: ArgumentHelp("What `tenure case export` wrote.", valueName: "file"))
    var dead: String?

    func run() async throws {
        let note = try Self.note(in: try Self.text(of: file))
        let key = try await key()
        let receipt: CaseReceipt
        do throws(ReceiptError) {
            receipt = try ReceiptVerifier.verify(note: note, log: key)
        } catch {
            throw CommandFailure(.verificationFailed, Self.words(of: error))
        }
        let isListChecked = try check(receipt)
        let result = VerifiedReceipt(receipt, isListChecked: isListChecked)
        try output.show(result) { result.show(on: &$0) }
    }
}

extension CaseVerifyCommand {
    private static func text(of file: String) throws -> String {
        guard file == "-" else { return try FileContent.text(file, bytesMax: 16 << 20) }
        let read = try FileContent.standardInput(bytesMax: 16 << 20)
        guard let text = String(validating: read, as: UTF8.self) else {
            throw CommandFailure.usage("standard input holds no receipt")
        }
        return text
    }

    /// The note itself, or the JSON of a case or of a receipt.
    private static func note(in text: String) throws -> String {
        guard text.hasPrefix("{") else { return text }
        let bytes = Data(text.utf8)
        let decoder = JSONDecoder()
        do {
            if let receipt = try decoder.decode(CaseAnswer.self, from: bytes).receipt { return receipt.note }
            throw CommandFailure(.verificationFailed, "the case has no receipt yet")
        } catch is DecodingError {
            do {
                return try decoder.decode(ReceiptAnswer.self, from: bytes).note
            } catch {
                throw CommandFailure.usage("that is neither a case nor a receipt")
            }
        }
    }

    private func key() async throws -> VerifierKey {
        if let vkey { return try CheckpointFile.key(try FileContent.text(vkey, bytesMax: 4096), from: vkey) }
        return try await connection.withClient { client in
            try CheckpointFile.key(try await client.auditKey(), from: "the broker")
        }
    }

    /// Whether there was a list; it is the one that the receipt has the root of.
    private func check(_ receipt: CaseReceipt) throws -> Bool {
        guard let dead else { return false }
        let ids = try FileContent.text(dead, bytesMax: 256 << 20).split(whereSeparator: \.isNewline).map(String.init)
        guard Int64(ids.count) == receipt.tokenCount + receipt.certificateCount else {
            throw CommandFailure(
                .verificationFailed,
                "\(dead) names \(ids.count) credentials, the receipt \(receipt.tokenCount + receipt.certificateCount)")
        }
        guard CaseReceipt.root(ofDead: ids) == receipt.deadRoot else {
            throw CommandFailure(.verificationFailed, "\(dead) is not the list that the receipt was made of")
        }
        return true
    }

    private static func words(of error: ReceiptError) -> String {
        switch error {
        case .malformed: "that is no receipt"
        case .otherLog(let origin): "the receipt is of another log: \(origin)"
        case .checkpoint: "the head of the log in the receipt is not signed by the log's key"
        case .keyNotCertified: "no entry of the log certifies the key that signed the receipt"
        case .signature: "the receipt is not signed by the key that the log certifies"
        case .notInLog(let index): "what the receipt shows as entry \(index) is not in the log"
        case .noMark(let index): "entry \(index) cuts nothing"
        case .marksRoot: "the marks are not those that the receipt was made of"
        }
    }
}

/// What a receipt proves, once it was checked.
struct VerifiedReceipt: Encodable {
    let receipt: String
    let caseID: String
    let target: String
    let transferTo: String?
    let reason: String
    let at: String
    let ended: Int64
    let passed: Int64
    let counts: CountsAnswer
    let marks: Int64
    let states: [String]
    let revocationSeconds: [String: Int64]
    /// Whether a list of the dead was given, and is the right one.
    let deadListVerified: Bool

    init(_ receipt: CaseReceipt, isListChecked: Bool) {
        self.receipt = receipt.id.text
        caseID = receipt.caseID.text
        target = receipt.target
        transferTo = receipt.transferTo
        reason = receipt.reason
        at = receipt.at.description
        ended = receipt.endedCount
        passed = receipt.passedCount
        counts = CountsAnswer(token: receipt.tokenCount, certificate: receipt.certificateCount)
        marks = receipt.markCount
        states = receipt.states
        revocationSeconds = receipt.lags.reduce(into: [:]) { $0[$1.profile] = $1.seconds }
        deadListVerified = isListChecked
    }

    enum CodingKeys: String, CodingKey {
        case receipt
        case caseID = "case"
        case target
        case transferTo = "transfer_to"
        case reason, at, ended, passed, counts, marks, states
        case revocationSeconds = "revocation_seconds"
        case deadListVerified = "dead_list_verified"
    }

    func show(on report: inout Report) {
        report.line("The receipt verifies.")
        report.row("Receipt", receipt)
        report.row("Case", "case/" + caseID)
        report.row("Target", target)
        report.row("Takes over", transferTo)
        report.row("Reason", reason)
        report.row("Opened", at)
        report.row("Ended", ended)
        report.row("Passed on", passed)
        report.row("Dead", "\(counts.token) tokens, \(counts.certificate) certificates")
        report.row("List", deadListVerified ? "is the one of the receipt" : nil)
        report.row("Proved", states)
        for (profile, seconds) in revocationSeconds.sorted(by: { $0.key < $1.key }) {
            report.row("Lists show it", "profile/\(profile) within \(seconds) s")
        }
    }
}
