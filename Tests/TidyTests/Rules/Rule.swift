/// One rule of style or structure that a file keeps or breaks.
struct Rule: Sendable {
    /// What is true of each file that keeps it.
    let sentence: String
    private let check: @Sendable (SourceFile) -> [Violation]

    init(_ sentence: String, check: @escaping @Sendable (SourceFile) -> [Violation]) {
        self.sentence = sentence
        self.check = check
    }

    /// A rule that certain tokens stand nowhere, but in the files that `except` lets pass.
    init(
        _ sentence: String, noneOf patterns: [String],
        except isExcepted: @escaping @Sendable (SourceFile) -> Bool = { _ in false }
    ) {
        self.init(sentence) { file in
            guard file.isSwift, !isExcepted(file) else { return [] }
            return patterns.flatMap { pattern in
                file.occurrences(of: pattern).map { Violation(file, $0.line, "`\(pattern)` stands here") }
            }
        }
    }

    func violations(in file: SourceFile) -> [Violation] { check(file) }

    func violations(in files: [SourceFile]) -> [Violation] { files.flatMap(check) }
}

/// Where a rule is broken, and how.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    init(_ file: SourceFile, _ line: Int, _ message: String) {
        path = file.path
        self.line = line
        self.message = message
    }

    var description: String { "\(path):\(line): \(message)" }
}

/// Targets by what they may touch (ARCHITECTURE.md, invariants).
enum TargetGroup {
    /// No `async`, no clock, no log.
    static let pure: Set<String> = [
        "TenureModel", "Authorization", "AuditLog", "APITokens", "CertificateAuthority",
    ]
    /// Where unsafe memory is handled, each time with a proof.
    static let unsafe: Set<String> = ["SecretMemory", "OpenSSLCrypto", "SQLiteEngine", "PostgreSQLEngine"]
    /// Libraries for programs of others.
    static let products: Set<String> = ["TenureVerifier"]
    /// Where time and chance are read, to be passed down.
    static let composed: Set<String> = [
        "TenureServer", "Chaos", "tenured", "tenure", "tenure-bench", "tenure-fuzz", "tenure-chaos",
        "tenure-simulate",
    ]
}
