internal import Testing

/// Which target may know which, as `Package.swift` has it.
@Suite("arrows between targets")
struct ArrowTests {
    private let manifest = SourceTree.package.manifest

    /// From the ground up: a target may depend on what stands before it, never on what follows.
    private static let order = [
        "COpenSSLShim", "SecretMemory", "TenureModel", "TenureAPI", "OpenSSLCrypto", "Authorization", "AuditLog",
        "APITokens", "CertificateAuthority", "Federation", "StrictYAML", "Storage", "SQLiteEngine", "CPostgreSQL",
        "PostgreSQLEngine", "AuditInspection", "CredentialLifecycle", "TenureHTTP", "TenureServer", "TenureClient",
        "CredentialAgent", "TenureVerifier", "Chaos", "Simulation", "tenured", "tenure", "tenure-bench", "tenure-fuzz",
        "tenure-chaos", "tenure-simulate",
    ]

    /// What a target may never depend on, though it stands before it, and why.
    private static let forbidden: [(target: String, dependency: String, reason: String)] = [
        ("Storage", "Authorization", "storage never decides"),
        ("Storage", "CertificateAuthority", "storage never signs"),
        ("Storage", "APITokens", "storage never signs"),
        ("Storage", "Federation", "storage never decides"),
        ("Federation", "Storage", "rules load nothing"),
        ("CredentialLifecycle", "SQLiteEngine", "only the composition knows concrete engines"),
        ("CredentialLifecycle", "PostgreSQLEngine", "only the composition knows concrete engines"),
        ("CredentialLifecycle", "Hummingbird", "what happens knows nothing of how it is reached"),
        ("TenureHTTP", "SQLiteEngine", "only the composition knows concrete engines"),
        ("TenureHTTP", "PostgreSQLEngine", "only the composition knows concrete engines"),
        ("TenureHTTP", "Storage", "routes compute nothing"),
        ("TenureClient", "CredentialLifecycle", "the client knows the wire alone"),
        ("tenure", "Storage", "the command line reads a data folder through AuditInspection"),
        ("tenured", "Storage", "the program only starts the composition"),
    ]

    /// The dependencies of the targets that are provable alone, exactly.
    private static let exact: [String: Set<String>] = [
        "SecretMemory": [],
        "TenureModel": [],
        "TenureAPI": [],
        "OpenSSLCrypto": ["COpenSSLShim", "SecretMemory"],
        "Authorization": ["TenureModel"],
        "AuditLog": ["TenureModel", "OpenSSLCrypto"],
        "APITokens": ["TenureModel", "OpenSSLCrypto", "SecretMemory", "AuditLog"],
        "CertificateAuthority": ["TenureModel", "OpenSSLCrypto", "SecretMemory", "AuditLog"],
    ]

    @Test("arrows between targets point one way")
    func oneWay() throws {
        for target in manifest.targets where !target.name.hasSuffix("Tests") {
            guard let place = Self.order.firstIndex(of: target.name) else { continue }
            for dependency in target.dependencies {
                guard let below = Self.order.firstIndex(of: dependency) else { continue }
                #expect(below < place, "Package.swift: `\(target.name)` may not depend on `\(dependency)`")
            }
        }
    }

    @Test("every target of Sources has its place in the order")
    func ordered() {
        for file in SourceTree.package.files where file.isInSources && !Self.order.contains(file.target) {
            Issue.record("\(file.path): `\(file.target)` has no place in the order of this file")
        }
    }

    @Test("no target knows what it must not", arguments: forbidden.indices)
    func forbiddenArrow(_ place: Int) {
        let arrow = Self.forbidden[place]
        let dependencies = manifest.target(named: arrow.target)?.dependencies ?? []
        #expect(!dependencies.contains(arrow.dependency), "\(arrow.target) → \(arrow.dependency): \(arrow.reason)")
    }

    @Test("targets that are provable alone depend on exactly what they need", arguments: exact.keys.sorted())
    func exactDependencies(_ name: String) throws {
        let target = try #require(manifest.target(named: name))
        #expect(Set(target.dependencies) == Self.exact[name])
    }

    @Test("every folder of sources or tests is a target, or it is never built")
    func foldersAreTargets() {
        let folders = Set(SourceTree.package.files.filter(\.isSwift).map(\.target))
        for folder in folders.sorted() where manifest.target(named: folder) == nil {
            Issue.record("`\(folder)` has sources and is no target of Package.swift")
        }
    }

    @Test("programs depend on no test, and nothing depends on a program but tests")
    func programsOnTop() {
        let programs = Set(manifest.targets.filter { $0.maker == "program" }.map(\.name))
        #expect(!programs.isEmpty)
        for target in manifest.targets where !target.name.hasSuffix("Tests") && target.name != "Stories" {
            #expect(programs.isDisjoint(with: target.dependencies), "Package.swift: `\(target.name)`")
        }
    }
}
