internal import Testing

/// The rules of the style guide and of ARCHITECTURE.md that the compiler does not hold. Each names file and line.
@Suite("tidy sources")
struct TidyTests {
    private let package = SourceTree.package

    private func expectKept(_ rule: Rule, _ location: Testing.SourceLocation = #_sourceLocation) {
        let violations = rule.violations(in: package.files)
        let isKept = violations.isEmpty
        let list = violations.map(\.description).joined(separator: "\n")
        #expect(isKept, "\(rule.sentence); broken at\n\(list)", sourceLocation: location)
    }

    @Test("the sources are found")
    func found() {
        #expect(package.files.contains { $0.path == "Sources/TenureModel/Identifier.swift" })
        #expect(package.files.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
        #expect(package.manifest.targets.count > 10)
    }

    // MARK: Imports and arrows

    @Test("every import says its level")
    func importLevels() { expectKept(.importLevel) }

    @Test("a target imports only what Package.swift lists for it")
    func importsListed() { expectKept(.importsAreListed(in: package.manifest)) }

    @Test("OpenSSL, GRDB, JWTKit and Hummingbird are each imported where they are hidden")
    func librariesAtHome() { expectKept(.librariesAtHome) }

    @Test("@testable stands in tests alone")
    func testable() { expectKept(.testableInTestsAlone) }

    @Test("pure targets say why where they import Foundation")
    func foundation() { expectKept(.foundationExplained) }

    @Test("proofs are asserted only in the files that check them")
    func proofs() { expectKept(.proofsAreMade(onlyIn: ProofFiles.allowed)) }

    @Test("each file that may assert a proof exists")
    func proofFilesExist() {
        for path in ProofFiles.allowed.values.joined() {
            #expect(package.exists(path), "ProofFiles lists \(path), which is gone")
        }
    }

    @Test("public stands only where a proof crosses a target")
    func publicForProofs() { expectKept(.publicForProofsAlone) }

    // MARK: Purity

    @Test("pure targets have no async")
    func pureSynchronous() { expectKept(.pureTargetsAreSynchronous) }

    @Test("pure targets read no clock")
    func pureClock() { expectKept(.pureTargetsReadNoClock) }

    @Test("pure targets log nothing")
    func pureLogs() { expectKept(.pureTargetsLogNothing) }

    @Test("time and chance are read in the composition, in programs and tests alone")
    func timeAndChance() { expectKept(.timeAndChanceArePassedIn) }

    // MARK: Safety

    @Test("T2 no regular expression stands in the sources, since each backtracks without a bound")
    func regularExpressions() { expectKept(.noRegularExpressions) }

    @Test("an error is never turned into a trap by try")
    func trappingTry() { expectKept(.noTrappingTry) }

    @Test("an error is never dropped by an empty catch")
    func emptyCatch() { expectKept(.noEmptyCatch) }

    @Test("nothing calls fatalError")
    func fatalErrors() { expectKept(.noFatalError) }

    @Test("nothing is marked as unfinished")
    func unfinished() { expectKept(.noUnfinishedMarks) }

    @Test("what the compiler cannot check stands in the targets for it")
    func uncheckedTargets() { expectKept(.uncheckedInFewTargets) }

    @Test("what the compiler cannot check has a comment above that proves it")
    func uncheckedProofs() { expectKept(.uncheckedIsProved) }

    @Test("T1 a dictionary that traps on equal keys says why there are none")
    func uniqueKeys() { expectKept(.uniqueKeysExplained) }

    // MARK: Layout

    @Test("a file has at most 500 lines")
    func fileLength() { expectKept(.fileLength) }

    @Test("a function has at most 70 lines")
    func functionLength() { expectKept(.functionLength) }

    @Test("a line has at most 120 columns")
    func lineLength() { expectKept(.lineLength) }

    @Test("types, files and folders are named for what they are about")
    func names() { expectKept(.names) }

    @Test("only what has a run loop is a service")
    func services() { expectKept(.servicesRun) }

    @Test("types, functions and initialisers for other targets have a doc comment")
    func documented() { expectKept(.documented) }
}
