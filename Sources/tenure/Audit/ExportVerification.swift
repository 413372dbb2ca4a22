internal import AuditLog
internal import Foundation
internal import TenureAPI
internal import TenureClient

/// Verifies an exported log, line by line, without a broker.
struct ExportVerification {
    private static let partBytes = 1 << 20

    let file: String

    /// - Parameter vkey: the log's key, from elsewhere; nil to take the one in the export.
    func run(vkey: VerifierKey?, checkpoints: [String]) throws -> (LogReport, String) {
        var ending: String?
        var own: VerifierKey?
        // The last line goes first: with the checkpoint known, what was inserted before it is found in its range.
        try forEachLine { line, number in
            switch Self.decoded(line) {
            case .head(_, let text) where number == 1: own = try CheckpointFile.key(text, from: file)
            case .checkpoint(let note): ending = note
            case .head, .entry, nil: break
            }
        }
        guard let key = vkey ?? own else {
            throw CommandFailure(.verificationFailed, "\(file) is no export of a log: its first line names no key")
        }
        var verifier = LogExportVerifier(key: key, checkpoints: checkpoints + [ending].compactMap { $0 })
        try forEachLine { line, _ in verifier.feed(line: line) }
        return (verifier.finish(), vkey == nil ? "the export itself" : "--vkey")
    }

    /// Nil of a line that is none: the verifier reports it when its turn comes.
    private static func decoded(_ line: [UInt8]) -> LogExport.Line? {
        do {
            return try LogExport.decode(line)
        } catch {
            return nil
        }
    }

    private func forEachLine(_ take: ([UInt8], Int) throws -> Void) throws {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw CommandFailure.usage("\(file) cannot be read")
        }
        var rest: [UInt8] = []
        var number = 0
        while let part = try handle.read(upToCount: Self.partBytes), !part.isEmpty {
            rest += part
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                try take(Array(rest[start..<end]), number)
                start = end + 1
            }
            rest.removeFirst(start)
            // A longer line is none; it is handed over as it is, and refused.
            if rest.count > LogExport.lineBytesMax {
                number += 1
                try take(rest, number)
                rest = []
            }
        }
        if !rest.isEmpty { try take(rest, number + 1) }
        try handle.close()
    }
}
