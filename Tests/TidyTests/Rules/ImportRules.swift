/// One `import` as it stands in a file.
struct ImportStatement: Equatable {
    let module: String
    let level: String?
    /// The names in `@_spi(…)`.
    let spis: [String]
    let isTestable: Bool
    let line: Int

    /// The imports of a file; `import struct M.Name` counts as one of `M`.
    static func all(in file: SourceFile) -> [ImportStatement] {
        let tokens = file.tokens
        return tokens.indices.compactMap { place in
            guard tokens[place].isWord("import"), place + 1 < tokens.count else { return nil }
            let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
            let name = kinds.contains(tokens[place + 1].text) && place + 2 < tokens.count ? place + 2 : place + 1
            var start = place
            while start > 0, tokens[start - 1].line == tokens[place].line { start -= 1 }
            let before = tokens[start..<place]
            let levels: Set<String> = ["internal", "package", "public", "private", "fileprivate"]
            var spis: [String] = []
            for spi in before.indices where before[spi].isWord("_spi") && spi + 2 < place {
                spis.append(before[spi + 2].text)
            }
            return ImportStatement(
                module: tokens[name].text,
                level: before.last { levels.contains($0.text) }?.text,
                spis: spis,
                isTestable: before.contains { $0.isWord("testable") },
                line: tokens[place].line)
        }
    }
}

extension Rule {
    static let importLevel = Rule("every import says its level") { file in
        guard file.isSwift else { return [] }
        return ImportStatement.all(in: file).filter { $0.level == nil }.map {
            Violation(file, $0.line, "`import \($0.module)` says no level: write `internal import`")
        }
    }

    /// What comes with the compiler and needs no line in `Package.swift`.
    private static let toolchainModules: Set<String> = [
        "Swift", "CoreFoundation", "Foundation", "FoundationEssentials", "Synchronization", "Dispatch", "Glibc", "Musl",
    ]

    static func importsAreListed(in manifest: PackageManifest) -> Rule {
        Rule("a target imports only what Package.swift lists for it") { file in
            guard file.isSwift else { return [] }
            guard let target = manifest.target(named: file.target) else {
                return [Violation(file, 1, "no target of Package.swift is named `\(file.target)`")]
            }
            return ImportStatement.all(in: file).compactMap { statement in
                let isListed =
                    target.dependencies.contains(statement.module) || toolchainModules.contains(statement.module)
                    || (statement.module == "Testing" && !file.isInSources)
                return isListed
                    ? nil
                    : Violation(
                        file, statement.line,
                        "`\(statement.module)` is not among the dependencies of `\(target.name)` in Package.swift")
            }
        }
    }

    /// Libraries that are hidden behind one target each, by a prefix of their modules' names.
    private static let homes: [(prefix: String, targets: Set<String>)] = [
        ("COpenSSLShim", ["OpenSSLCrypto"]),
        ("GRDB", ["SQLiteEngine"]),
        ("CPostgreSQL", ["PostgreSQLEngine"]),
        ("JWTKit", ["Federation", "TenureServer"]),
        ("Hummingbird", ["TenureHTTP", "TenureServer"]),
        ("Testing", []),
    ]

    static let librariesAtHome = Rule("each library is imported where it is hidden, and nowhere else") { file in
        guard file.isSwift, file.isInSources else { return [] }
        return ImportStatement.all(in: file).compactMap { statement in
            guard let home = homes.first(where: { statement.module.hasPrefix($0.prefix) }) else { return nil }
            var isAtHome = home.targets.contains(file.target)
            if statement.module == "JWTKit", file.target == "TenureServer" {
                // The development issuer alone mints foreign tokens.
                isAtHome = file.path.hasPrefix("Sources/TenureServer/Development/")
            }
            return isAtHome
                ? nil : Violation(file, statement.line, "`\(statement.module)` may not be imported in `\(file.target)`")
        }
    }

    static let testableInTestsAlone = Rule("`@testable` stands in tests alone") { file in
        guard file.isSwift, file.isInSources else { return [] }
        return ImportStatement.all(in: file).filter(\.isTestable).map {
            Violation(file, $0.line, "`@testable import \($0.module)` in a program")
        }
    }

    static let foundationExplained = Rule("pure targets say why where they import Foundation") { file in
        guard file.isSwift, file.isInSources, TargetGroup.pure.contains(file.target) else { return [] }
        return ImportStatement.all(in: file)
            .filter { $0.module.hasPrefix("Foundation") && file.comment(above: $0.line) == nil }
            .map { Violation(file, $0.line, "`\($0.module)` in a pure target, and no comment above says why") }
    }

    static func proofsAreMade(onlyIn files: [String: Set<String>]) -> Rule {
        Rule("proofs are asserted only in the files that check them") { file in
            guard file.isSwift, file.isInSources else { return [] }
            return ImportStatement.all(in: file).flatMap { statement in
                statement.spis.filter { files[$0]?.contains(file.path) != true }.map {
                    Violation(
                        file, statement.line,
                        "`@_spi(\($0))` lets this file assert a proof; ProofFiles in TidyTests does not list it")
                }
            }
        }
    }

    static let publicForProofsAlone = Rule(
        "`public` stands only where a proof crosses a target, and in what others build upon"
    ) { file in
        guard file.isSwift, file.isInSources, !TargetGroup.products.contains(file.target),
            !file.tokens.contains(where: { $0.isWord("_spi") })
        else { return [] }
        return file.tokens.filter { $0.isWord("public") }.map {
            Violation(file, $0.line, "`public` in a file without `@_spi`: write `package`")
        }
    }
}

/// Which files may import which SPI, and with it assert what they have checked (DESIGN, section 3).
enum ProofFiles {
    static let allowed: [String: Set<String>] = [
        // `AuthenticatedCaller`: made by the verifiers of OIDC tokens, sessions, certificates and bootstrap secrets.
        // And by the development server for its own administrator.
        "Authentication": [
            "Sources/CredentialLifecycle/Login/Authenticate.swift",
            "Sources/TenureServer/Development/AdministratorSession.swift",
        ],
        // `AuditReceipt`: made after the commit, and again of a row that is there.
        "Recording": [
            "Sources/Storage/Ledger/Ledger+Objects.swift", "Sources/Storage/Transaction/Recorder+Leading.swift",
        ],
    ]
}
