// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
]

// The versions are exact: what is linked is what was reviewed (docs/dependencies.md).
let packageDependencies: [Package.Dependency] = [
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1"),
    .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    .package(url: "https://github.com/vapor/jwt-kit.git", exact: "5.7.1"),
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections.git", exact: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
]

let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hashTrees: Target.Dependency = .product(name: "HashTreeCollections", package: "swift-collections")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// A target of ours under the strict settings.
func ours(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A program of ours under the strict settings.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// What several test targets share; it is in no program.
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

/// A test target under the same settings; data files are named, since SwiftPM asks what to do with them.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "tenure",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tenured", targets: ["tenured"]),
        .executable(name: "tenure", targets: ["tenure"]),
        .executable(name: "tenure-bench", targets: ["tenure-bench"]),
        .executable(name: "tenure-fuzz", targets: ["tenure-fuzz"]),
        .executable(name: "tenure-chaos", targets: ["tenure-chaos"]),
        .executable(name: "tenure-simulate", targets: ["tenure-simulate"]),
        // For resource servers.
        .library(name: "TenureVerifier", targets: ["TenureVerifier"]),
        // Loaded into a broker under faults in front of the system's calls, and linked into nothing.
        .library(name: "FaultPreload", type: .dynamic, targets: ["FaultPreload"]),
    ],
    dependencies: packageDependencies,
    targets: [
        // What it is made of: no clock, no storage, no network.
        .target(name: "COpenSSLShim", linkerSettings: [.linkedLibrary("crypto")]),
        ours("SecretMemory"),
        ours("TenureModel"),
        ours("TenureAPI"),
        ours("StrictYAML", ["TenureAPI", yams]),
        ours("OpenSSLCrypto", ["COpenSSLShim", "SecretMemory"]),
        ours("Authorization", ["TenureModel"]),
        ours("AuditLog", ["TenureModel", "OpenSSLCrypto"]),
        ours("APITokens", ["TenureModel", "OpenSSLCrypto", "SecretMemory", "AuditLog"]),
        ours("CertificateAuthority", ["TenureModel", "OpenSSLCrypto", "SecretMemory", "AuditLog"]),
        ours("Federation", ["TenureModel", "TenureAPI", jwtKit]),
        // How it is kept.
        ours("Storage", ["TenureModel", "AuditLog", hashTrees]),
        ours("SQLiteEngine", ["Storage", grdb, sqlite]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        ours("PostgreSQLEngine", ["Storage", "CPostgreSQL"]),
        ours("AuditInspection", ["TenureModel", "Storage", "AuditLog", "OpenSSLCrypto", "SQLiteEngine"]),
        // What happens, and how it is reached.
        ours(
            "CredentialLifecycle",
            [
                "TenureModel", "TenureAPI", "Authorization", "AuditLog", "APITokens", "CertificateAuthority",
                "Federation", "Storage", "OpenSSLCrypto", "SecretMemory", logging,
            ]),
        ours(
            "TenureHTTP",
            [
                "TenureModel", "TenureAPI", "Authorization", "AuditLog", "APITokens", "CertificateAuthority",
                "CredentialLifecycle", "OpenSSLCrypto", hummingbirdCore, httpTypes, nioCore, nioPosix, nioHTTP1,
                nioSSL, nioTLS, logging, serviceLifecycle,
            ]),
        ours(
            "TenureServer",
            [
                "SecretMemory", "TenureModel", "TenureAPI", "StrictYAML", "OpenSSLCrypto", "Authorization", "AuditLog",
                "APITokens", "CertificateAuthority", "Federation", "Storage", "SQLiteEngine", "PostgreSQLEngine",
                "AuditInspection",
                "CredentialLifecycle", "TenureHTTP", httpTypes, nioCore, nioPosix,
                nioHTTP1, nioSSL, logging,
                asyncHTTPClient, serviceLifecycle, unixSignals,
            ]),
        ours("TenureClient", ["TenureAPI", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL]),
        ours(
            "TenureVerifier",
            [
                "TenureModel", "TenureAPI", "AuditLog", "APITokens", "CertificateAuthority", "OpenSSLCrypto",
                "SecretMemory", "TenureClient",
            ]),
        // Real processes under faults.
        .target(name: "FaultPreload", path: "Tests/FaultPreload", linkerSettings: [.linkedLibrary("dl")]),
        ours(
            "Chaos",
            [
                "TenureClient", "TenureAPI", "TenureModel", "AuditLog", "Storage", "SQLiteEngine", "PostgreSQLEngine",
                "AuditInspection", "PostgreSQLServer",
            ]),
        // How the core is proved: histories from seeds, and the program that runs them.
        ours(
            "Simulation",
            [
                "TenureModel", "Authorization", "AuditLog", "APITokens", "CertificateAuthority", "Federation",
                "Storage",
                "SQLiteEngine", "AuditInspection", "CredentialLifecycle", "OpenSSLCrypto", "SecretMemory", logging,
            ]),
        // Programs.
        program("tenured", ["TenureServer", "TenureModel", argumentParser]),
        program(
            "tenure",
            [
                "TenureClient", "TenureVerifier", "TenureAPI", "StrictYAML", "TenureModel", "AuditLog", "APITokens",
                "AuditInspection", "OpenSSLCrypto", "SecretMemory", argumentParser,
            ]),
        program(
            "tenure-bench",
            [
                "TenureClient", "TenureVerifier", "TenureAPI", "TenureModel", "OpenSSLCrypto", "SecretMemory",
                "AuditLog", "APITokens", "CertificateAuthority", "Storage", "SQLiteEngine", argumentParser, nioCore,
                nioPosix, nioHTTP1, nioSSL,
            ]),
        program(
            "tenure-fuzz",
            [
                "TenureModel", "TenureAPI", "StrictYAML", "OpenSSLCrypto", "AuditLog", "APITokens",
                "CertificateAuthority", "Federation", "TenureVerifier",
            ]),
        program("tenure-chaos", ["Chaos", argumentParser]),
        program("tenure-simulate", ["Simulation", argumentParser]),
        // Tests: each target's beside it, then what holds for all of them.
        tests("SecretMemoryTests", ["SecretMemory"]),
        tests("OpenSSLCryptoTests", ["OpenSSLCrypto", "SecretMemory"]),
        tests("TenureModelTests", ["TenureModel"]),
        tests("TenureAPITests", ["TenureAPI"]),
        tests("StrictYAMLTests", ["StrictYAML", "TenureAPI"]),
        tests("AuthorizationTests", ["Authorization", "TenureModel", yams], exclude: ["matrix.golden.txt"]),
        tests("AuditLogTests", ["AuditLog", "OpenSSLCrypto", "TenureModel"]),
        tests("APITokensTests", ["APITokens", "AuditLog", "OpenSSLCrypto", "SecretMemory", "TenureModel"]),
        tests("CertificateAuthorityTests", ["CertificateAuthority", "AuditLog", "OpenSSLCrypto", "TenureModel"]),
        tests("FederationTests", ["Federation", "TenureAPI", "TenureModel", jwtKit]),
        support("PostgreSQLServer"),
        tests(
            "StorageConformance",
            [
                "AuditInspection", "Storage", "SQLiteEngine", "PostgreSQLEngine", "PostgreSQLServer", "AuditLog",
                "OpenSSLCrypto", "TenureModel",
            ]),
        tests(
            "PostgreSQLEngineTests",
            ["PostgreSQLEngine", "PostgreSQLServer", "Storage", "AuditLog", "OpenSSLCrypto", "TenureModel"]),
        tests("SQLiteEngineTests", ["SQLiteEngine", "Storage", "AuditLog", "OpenSSLCrypto", "TenureModel"]),
        tests(
            "CredentialLifecycleTests",
            [
                "CredentialLifecycle", "TenureAPI", "TenureModel", "Authorization", "AuditLog", "APITokens",
                "CertificateAuthority", "Federation", "Storage", "SQLiteEngine", "PostgreSQLEngine",
                "PostgreSQLServer", "StrictYAML", "OpenSSLCrypto", "SecretMemory", logging, jwtKit,
            ]),
        tests(
            "TenureHTTPTests",
            [
                "TenureHTTP", "TenureModel", "TenureAPI", "Authorization", "AuditLog", "APITokens",
                "CertificateAuthority", "CredentialLifecycle", "Storage", "SQLiteEngine", "Federation", "OpenSSLCrypto",
                "SecretMemory", httpTypes, nioCore, nioPosix, nioHTTP1, nioEmbedded, nioSSL, nioTLS, logging,
                serviceLifecycle,
            ]),
        tests(
            "TenureServerTests",
            [
                "TenureServer", "TenureHTTP", "TenureModel", "TenureAPI", "Authorization", "StrictYAML",
                "CredentialLifecycle", "Federation", "Storage", "SQLiteEngine", "CertificateAuthority", "AuditLog",
                "OpenSSLCrypto",
                "SecretMemory", nioCore, nioPosix, nioHTTP1, nioSSL, logging,
            ]),
        tests(
            "TenureClientTests",
            [
                "TenureClient", "TenureAPI", "TenureModel", "AuditLog", "APITokens", "OpenSSLCrypto", "SecretMemory",
                "tenure", nioCore, nioPosix, nioHTTP1,
            ]),
        tests("ChaosTests", ["Chaos", "tenured", "TenureAPI", "PostgreSQLServer"]),
        tests("SimulationTests", ["Simulation", "tenure-simulate"]),
        tests(
            "TenureVerifierTests", ["TenureVerifier", "TenureAPI", "TenureModel", "AuditLog"]),
        tests(
            "Stories",
            [
                "tenured", "tenure", "TenureClient", "TenureVerifier", "TenureAPI", "TenureModel", "PostgreSQLServer",
            ]),
        tests("TidyTests", []),
    ]
)
