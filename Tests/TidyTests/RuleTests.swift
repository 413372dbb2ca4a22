internal import Testing

/// One piece of source that breaks a rule, or keeps it by a hair. Texts hold what is banned as strings, which are no
/// code to the rules, and marks that other tools look for are written apart.
struct RuleSample: Sendable, CustomTestStringConvertible {
    let rule: Rule
    let path: String
    let text: String
    /// The line at which the rule is broken; nil where it is kept.
    let line: Int?

    var testDescription: String {
        "\(line == nil ? "kept" : "broken"): \(rule.sentence): \(text.prefix(60).split(separator: "\n"))"
    }

    static func broken(_ rule: Rule, _ text: String, line: Int = 1, path: String = "Sources/Storage/A.swift") -> Self {
        Self(rule: rule, path: path, text: text, line: line)
    }

    static func kept(_ rule: Rule, _ text: String, path: String = "Sources/Storage/A.swift") -> Self {
        Self(rule: rule, path: path, text: text, line: nil)
    }
}

/// A rule that cannot turn red holds nothing: each is seen red here.
@Suite("the rules themselves")
struct RuleTests {
    @Test("each rule finds what breaks it and lets the rest pass", arguments: imports + purity + safety + layout)
    func sample(_ sample: RuleSample) {
        let found = sample.rule.violations(in: SourceFile(path: sample.path, text: sample.text))
        #expect(found.map(\.line) == (sample.line.map { [$0] } ?? []), "\(found)")
    }

    private static let manifest = PackageManifest(
        "Package(targets: [ours(\"Storage\", [\"TenureModel\"]), .testTarget(name: \"StorageTests\")])")

    private static let imports: [RuleSample] = [
        .broken(.importLevel, "internal import A\nimport B", line: 2),
        .broken(.importLevel, "@testable import B"),
        .kept(.importLevel, "@testable internal import A\npackage import struct B.C"),
        .broken(.importsAreListed(in: manifest), "internal import TenureModel\n\ninternal import GRDB", line: 3),
        .broken(.importsAreListed(in: manifest), "internal import Testing"),
        .broken(.importsAreListed(in: manifest), "let a = 1", path: "Sources/Unlisted/A.swift"),
        .kept(.importsAreListed(in: manifest), "internal import Foundation\npackage import struct TenureModel.Name"),
        .kept(.importsAreListed(in: manifest), "internal import Testing", path: "Tests/StorageTests/A.swift"),
        .broken(.librariesAtHome, "internal import COpenSSLShim", path: "Sources/AuditLog/A.swift"),
        .broken(.librariesAtHome, "internal import GRDB"),
        .broken(.librariesAtHome, "internal import HummingbirdCore", path: "Sources/CredentialLifecycle/A.swift"),
        .broken(.librariesAtHome, "internal import JWTKit", path: "Sources/TenureServer/Composition.swift"),
        .kept(.librariesAtHome, "internal import JWTKit", path: "Sources/TenureServer/Development/Issuer.swift"),
        .kept(.librariesAtHome, "internal import COpenSSLShim", path: "Sources/OpenSSLCrypto/A.swift"),
        .broken(.testableInTestsAlone, "@testable internal import TenureModel"),
        .broken(.foundationExplained, "internal import Foundation", path: "Sources/AuditLog/A.swift"),
        .kept(
            .foundationExplained, "// For JSONDecoder.\ninternal import Foundation", path: "Sources/AuditLog/A.swift"),
        .kept(.foundationExplained, "internal import Foundation"),
        .broken(.proofsAreMade(onlyIn: [:]), "@_spi(Recording) internal import Storage"),
        .broken(.proofsAreMade(onlyIn: ["Recording": ["B"]]), "@_spi(Recording) internal import Storage"),
        .kept(
            .proofsAreMade(onlyIn: ["Recording": ["Sources/Storage/A.swift"]]),
            "@_spi(Recording) internal import Storage"),
        .broken(.publicForProofsAlone, "public struct A {}"),
        .kept(.publicForProofsAlone, "public struct A { @_spi(P) public init() {} }"),
        .kept(.publicForProofsAlone, "public struct A {}", path: "Sources/TenureVerifier/A.swift"),
    ]

    private static let purity: [RuleSample] = [
        .broken(.pureTargetsAreSynchronous, "\nfunc a() async {}", line: 2, path: "Sources/AuditLog/A.swift"),
        .broken(.pureTargetsAreSynchronous, "package actor A {}", path: "Sources/AuditLog/A.swift"),
        .kept(.pureTargetsAreSynchronous, "let actor: Actor = b.actor", path: "Sources/AuditLog/A.swift"),
        .kept(.pureTargetsAreSynchronous, "func a() async {}"),
        .kept(.pureTargetsAreSynchronous, "// async\nlet a = \"await\"", path: "Sources/AuditLog/A.swift"),
        .broken(.pureTargetsLogNothing, "print(1)", path: "Sources/TenureModel/A.swift"),
        .broken(.pureTargetsReadNoClock, "let a = Date.now", path: "Sources/APITokens/A.swift"),
        .broken(.timeAndChanceArePassedIn, "let a = Date()"),
        .broken(.timeAndChanceArePassedIn, "let a = \"\\(Date())\""),
        .broken(.timeAndChanceArePassedIn, "let a = Int.random(in: 0...1)"),
        .broken(.timeAndChanceArePassedIn, "var g = SystemRandomNumberGenerator()"),
        .broken(.timeAndChanceArePassedIn, "sleep(ContinuousClock().now)"),
        .kept(.timeAndChanceArePassedIn, "let a = Date()", path: "Sources/TenureServer/Composition.swift"),
        .kept(.timeAndChanceArePassedIn, "let a = Date()", path: "Sources/TenureVerifier/SystemSurroundings.swift"),
        .broken(.timeAndChanceArePassedIn, "let a = Date()", path: "Sources/TenureVerifier/Verifier.swift"),
        .kept(.timeAndChanceArePassedIn, "let a = Date()", path: "Tests/StorageTests/A.swift"),
        .kept(.timeAndChanceArePassedIn, "let a = Date(timeIntervalSince1970: 0)"),
    ]

    private static let safety: [RuleSample] = [
        .broken(.noRegularExpressions, "let a = /b+/"),
        .broken(.noRegularExpressions, "let a = try Regex(b)"),
        .broken(.noRegularExpressions, "let a: NSRegularExpression"),
        .kept(.noRegularExpressions, "let a = b / c / d // Regex"),
        .broken(.noTrappingTry, "let a = try" + "! b()"),
        .kept(.noTrappingTry, "let a = try !b()\nlet c = try? d()"),
        .broken(.noEmptyCatch, "do {\n try a()\n} catch" + " {}", line: 3),
        .broken(.noEmptyCatch, "do {} catch" + " let e as A {\n // why not\n}"),
        .broken(.noEmptyCatch, "do {} catch" + " A.b {\n}"),
        .kept(.noEmptyCatch, "do {} catch" + " A.b {\n // It is an object, then.\n}"),
        .kept(.noEmptyCatch, "do {} catch { throw A() }"),
        .broken(.noFatalError, "fatalError(\"a\")"),
        .broken(.noUnfinishedMarks, "let a = 1 // TO" + "DO later"),
        .kept(.noUnfinishedMarks, "let a = \"TO" + "DO\""),
        .broken(.uncheckedInFewTargets, "struct A: @unchecked Sendable {}"),
        .broken(.uncheckedInFewTargets, "nonisolated(unsafe) let a: B"),
        .broken(.uncheckedInFewTargets, "@safe struct A {}", path: "Tests/StorageTests/A.swift"),
        .kept(.uncheckedInFewTargets, "@safe struct A {}", path: "Sources/SQLiteEngine/A.swift"),
        .broken(.uncheckedIsProved, "let b = 1\n@safe struct A {}", line: 2, path: "Sources/SQLiteEngine/A.swift"),
        .broken(
            .uncheckedIsProved, "let b = 1 // one\nnonisolated(unsafe) let a: B", line: 2,
            path: "Sources/SecretMemory/A.swift"),
        .kept(.uncheckedIsProved, "// Owned.\n@safe struct A {}", path: "Sources/SQLiteEngine/A.swift"),
        .kept(.uncheckedIsProved, "// Owned.\n@frozen\n@safe struct A {}", path: "Sources/SQLiteEngine/A.swift"),
        .broken(.uniqueKeysExplained, "let a = Dictionary(uniqueKeysWithValues: b)"),
        .kept(.uniqueKeysExplained, "// b is a set.\nlet a = Dictionary(uniqueKeysWithValues: b)"),
    ]

    private static func function(lines: Int) -> String {
        "func a() {\n" + String(repeating: "b(\"}\")\n", count: lines - 2) + "}\n"
    }

    private static let layout: [RuleSample] = [
        .broken(.fileLength, String(repeating: "a\n", count: 501), line: 501),
        .kept(.fileLength, String(repeating: "a\n", count: 500)),
        .broken(.functionLength, "let c = 1\n" + function(lines: 71), line: 2),
        .kept(.functionLength, function(lines: 70)),
        .broken(.lineLength, "a\n" + String(repeating: "é", count: 121), line: 2),
        .kept(.lineLength, String(repeating: "é", count: 120)),
        .broken(.names, "struct KeyManager {}"),
        .broken(.names, "let a = 1\nenum CSRDataKind {}", line: 2),
        .broken(.names, "let a = 1", path: "Sources/Storage/Helpers/A.swift"),
        .broken(.names, "let a = 1", path: "Sources/Storage/Token+Utils.swift"),
        .kept(.names, "struct SubjectPublicKeyInfo {}"),
        .kept(.names, "struct Database {}\nstruct Base64URL {}\nlet dataFolder = 1"),
        .broken(.servicesRun, "struct RotationService {}"),
        .kept(.servicesRun, "struct RotationService { func run() async {} }"),
        .broken(.documented, "// Not one.\npackage struct A {}", line: 2),
        .broken(.documented, "/// A.\npackage struct A {\n    package func b() {}\n}", line: 3),
        .broken(.documented, "/// A.\npackage enum A {}\n\npackage enum B {}", line: 4),
        .kept(.documented, "/// Kinds.\npackage enum A {}\npackage typealias B = C\npackage enum D { case e }"),
        .broken(.documented, "package init(a: Int) { self.a = a + 1 }"),
        .broken(.documented, "package nonisolated(nonsending) static func a() async {}"),
        .kept(.documented, "/// A.\n@frozen\npackage struct A {\n    package let a: Int\n    package var b = 1\n}"),
        .kept(.documented, "package init(a: Int) {\n    self.a = a\n    b = .none\n}"),
        .kept(.documented, "package init(from decoder: any Decoder) throws { try self.init(1) }"),
        .kept(.documented, "package static func == (one: A, other: A) -> Bool { true }"),
        .kept(.documented, "package import A\nprivate struct B {}\npackage(set) var c = 1"),
    ]

    @Test("T2 a regular expression is found, in whatever form it is written")
    func regularExpressions() {
        let samples = Self.safety.filter { $0.rule.sentence == Rule.noRegularExpressions.sentence }
        for sample in samples { self.sample(sample) }
    }

    @Test("a name is split into its words")
    func words() {
        #expect(Rule.words(of: "CSRDataInfo+Base64URL") == ["csr", "data", "info", "base64", "url"])
        #expect(Rule.words(of: "tenure-bench") == ["tenure", "bench"])
    }
}
