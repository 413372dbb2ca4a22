internal import CertificateAuthority
internal import Federation
internal import Foundation
internal import OpenSSLCrypto
internal import PostgreSQLEngine
internal import StrictYAML
internal import TenureAPI
internal import TenureHTTP

extension ServerConfiguration {
    /// Reads a configuration file: a plain file that nobody else may read.
    ///
    /// - Parameter store: the URL of a PostgreSQL that is used in place of what the file says.
    /// - Throws: the first fault, with file and line.
    package static func read(_ file: String, store: String? = nil) throws(StartFailure) -> ServerConfiguration {
        try ServerConfiguration(file: file, text: try ProtectedFile.text(file), store: store)
    }

    /// Reads a configuration's text.
    package init(file: String, text: String, store: String? = nil) throws(StartFailure) {
        if let store { try Self.check(store: store) }
        do throws(YAMLFault) {
            self = try Self.parse(try YAMLMapping(file: file, text: text), file, store)
        } catch {
            throw StartFailure(.usage, error.description)
        }
    }

    /// Refuses what `--store` may not be given.
    static func check(store: String) throws(StartFailure) {
        do throws(PostgreSQLAddress.Refusal) {
            _ = try PostgreSQLAddress(url: store, environment: ProcessInfo.processInfo.environment)
        } catch {
            throw StartFailure(.usage, "--store takes the postgresql:// URL of a database: \(error.reason)")
        }
    }

    private static func parse(
        _ top: YAMLMapping, _ file: String, _ store: String?
    ) throws(YAMLFault) -> ServerConfiguration {
        try top.refuseUnknown(
            known: [
                "listen", "http", "store", "keys", "ca", "federation", "limits", "audit", "rotation", "log", "dev",
            ])
        let isDevelopment = try top.bool("dev")
        guard isDevelopment != false else { throw top.fault("dev", "stands only where it is true: leave it out") }
        let configuration = ServerConfiguration(
            file: file, listen: try Listen(top.requiredMapping("listen")),
            plain: try Plain(top.requiredMapping("http")),
            database: try database(top.requiredMapping("store"), chosen: store),
            dataFolder: try top.requiredMapping("store").absolutePath("data"),
            key: try KeySource(top.requiredMapping("keys")),
            nextKey: try KeySource.next(in: top.requiredMapping("keys")),
            authority: try Authority(top.requiredMapping("ca")),
            federation: try federation(top.mapping("federation")), limits: try Limits(top.mapping("limits")),
            witnessFile: try audit(top.requiredMapping("audit")),
            tokenRingSeconds: try rotation(top.mapping("rotation")),
            retentionSeconds: try retention(top.requiredMapping("audit")),
            log: try Log(top.mapping("log")), isDevelopment: isDevelopment == true)
        guard !configuration.isDevelopment else { return configuration }
        if FolderPath.contains(configuration.dataFolder, configuration.witnessFile) {
            throw top.fault(
                "audit", "holds a `witness_file` inside `store.data`: an older copy of the folder would bring its own")
        }
        for source in [configuration.key, configuration.nextKey] {
            guard case .file(let path) = source, FolderPath.contains(configuration.dataFolder, path) else { continue }
            throw top.fault(
                "keys", "holds a `kek_file` inside `store.data`: whoever copies the folder would have the key as well")
        }
        return configuration
    }

    /// - Parameter chosen: what `--store` says in place of `engine` and `url`.
    private static func database(_ section: YAMLMapping, chosen: String?) throws(YAMLFault) -> Database {
        try section.refuseUnknown(known: ["engine", "data", "url", "may_lose_credentials"])
        let engine = try section.string("engine")
        let url = try section.string("url")
        let mayLose = try section.bool("may_lose_credentials")
        switch chosen == nil ? engine ?? "sqlite" : "postgresql" {
        case "sqlite":
            for (name, isGiven) in [("url", url != nil), ("may_lose_credentials", mayLose != nil)] where isGiven {
                throw section.fault(name, "belongs to `engine: postgresql`")
            }
            return .sqlite
        case "postgresql":
            let url = if let chosen { chosen } else { try section.requiredString("url") }
            do throws(PostgreSQLAddress.Refusal) {
                return .postgreSQL(
                    try PostgreSQLAddress(url: url, environment: ProcessInfo.processInfo.environment),
                    mayLoseCredentials: mayLose ?? false)
            } catch {
                throw section.fault("url", "is refused: \(error.reason)")
            }
        default: throw section.fault("engine", "must be sqlite or postgresql")
        }
    }

    private static func federation(_ section: YAMLMapping?) throws(YAMLFault) -> KeySetCache.Limits {
        var limits = KeySetCache.Limits()
        limits.refreshAfter = 300
        guard let section else { return limits }
        try section.refuseUnknown(known: ["refresh_seconds", "stale_seconds", "unknown_kid_seconds"])
        limits.refreshAfter = try section.number("refresh_seconds", 300, from: 30)
        limits.keepFor = try section.number("stale_seconds", 86_400, from: 60)
        limits.retryAfter = try section.number("unknown_kid_seconds", 30)
        limits.waitAfter = min(3_600, limits.keepFor)
        guard limits.refreshAfter <= limits.waitAfter else {
            throw section.fault("refresh_seconds", "must be at most 3600, and at most `stale_seconds`")
        }
        return limits
    }

    private static func audit(_ section: YAMLMapping) throws(YAMLFault) -> String {
        try section.refuseUnknown(known: ["witness_file", "retention_days"])
        return try section.absolutePath("witness_file")
    }

    /// Two days at least: an `Idempotency-Key` is kept for one.
    private static func retention(_ section: YAMLMapping) throws(YAMLFault) -> Int64 {
        86_400 * (try section.number("retention_days", 400, from: 2, to: 36_500))
    }

    private static func rotation(_ section: YAMLMapping?) throws(YAMLFault) -> Int64 {
        guard let section else { return 2_592_000 }
        try section.refuseUnknown(known: ["token_ring_seconds"])
        return try section.number("token_ring_seconds", 2_592_000, from: 3_600, to: 31_536_000)
    }
}

extension ServerConfiguration.Listen {
    init(_ section: YAMLMapping) throws(YAMLFault) {
        try section.refuseUnknown(known: ["address", "url", "names", "tls_min_version", "client_certificates"])
        address = try section.listenAddress("address")
        url = try section.originURL("url", scheme: "https://")
        names = []
        addresses = []
        let texts = try section.requiredStrings("names")
        guard (1...16).contains(texts.count) else { throw section.fault("names", "must have 1 to 16 names") }
        for text in texts {
            if let address = try? NetworkAddress(text) {
                addresses.append(address)
            } else if let name = try? DNSName(text) {
                names.append(name)
            } else {
                throw section.fault("names", "holds what is no DNS name in lower case and no address")
            }
        }
        let version = try section.string("tls_min_version") ?? "1.3"
        guard let minimum = TLSPolicy.MinimumVersion(rawValue: version) else {
            throw section.fault("tls_min_version", "must be \"1.3\" or \"1.2\"")
        }
        minimumTLSVersion = minimum
        switch try section.string("client_certificates") ?? "optional" {
        case "optional": asksForCertificates = true
        case "none": asksForCertificates = false
        default: throw section.fault("client_certificates", "must be optional or none")
        }
    }
}

extension ServerConfiguration.Plain {
    init(_ section: YAMLMapping) throws(YAMLFault) {
        try section.refuseUnknown(known: ["address", "url"])
        address = try section.listenAddress("address")
        url = try section.originURL("url", scheme: "http://")
        do throws(PublicationPointError) {
            publication = try PublicationPoint(httpURL: url)
        } catch {
            throw section.fault("url", "must be an http URL without a path, at most 200 characters")
        }
    }
}

extension ServerConfiguration.Authority {
    init(_ section: YAMLMapping) throws(YAMLFault) {
        try section.refuseUnknown(
            known: [
                "trust_domain", "profiles", "root_key_file", "root_passphrase_file", "issuing_key",
                "issuing_lifetime_seconds", "pkcs11", "weak_key_files",
            ])
        let domain = try section.requiredString("trust_domain")
        guard domain == domain.lowercased(), let parsed = try? TrustDomain(domain) else {
            throw section.fault("trust_domain", "must be a DNS name in lower case, such as example.org")
        }
        trustDomain = parsed
        profiles = try section.absolutePath("profiles")
        rootKeyFile = try section.optionalAbsolutePath("root_key_file")
        rootPassphraseFile = try section.optionalAbsolutePath("root_passphrase_file")
        switch try section.string("issuing_key") ?? "p256" {
        case "p256": issuingKey = .p256
        case "p384": issuingKey = .p384
        default: throw section.fault("issuing_key", "must be p256 or p384")
        }
        issuingLifetimeSeconds = try section.number(
            "issuing_lifetime_seconds", 31_536_000, from: 86_400, to: 157_680_000)
        token = try section.mapping("pkcs11").map { (token) throws(YAMLFault) in
            try ServerConfiguration.TokenPlace(token)
        }
        weakKeyFiles = try section.absolutePaths("weak_key_files", countMax: 8)
    }
}
