internal import CertificateAuthority
internal import Federation
internal import Logging
internal import OpenSSLCrypto
internal import PostgreSQLEngine
internal import Storage
internal import TenureHTTP

/// All that the server is told (config/README.md), read once and passed by value.
package struct ServerConfiguration: Sendable {
    /// The file that it was read from.
    let file: String
    let listen: Listen
    let plain: Plain
    var database: Database
    /// SQLite's database, `audit.vkey`, certificates of the CA; mode 0700.
    var dataFolder: String
    let key: KeySource
    /// Takes the place of `key`, by a rotation; until `key` names it, either may be the one in use.
    let nextKey: KeySource?
    let authority: Authority
    let federation: KeySetCache.Limits
    var limits: Limits
    let witnessFile: String
    /// Age at which a ring of token keys gets a successor.
    let tokenRingSeconds: Int64
    /// How long credentials that ended, and operations, stay in the database.
    let retentionSeconds: Int64
    let log: Log
    /// Whether `tenured dev` wrote it.
    let isDevelopment: Bool

    struct Listen: Sendable {
        var address: ListenAddress
        /// `https://HOST[:PORT]`, without a slash at its end.
        var url: String
        var names: [DNSName]
        var addresses: [NetworkAddress]
        var minimumTLSVersion: TLSPolicy.MinimumVersion
        /// Whether the handshake asks for a certificate of ours.
        var asksForCertificates: Bool
    }

    struct Plain: Sendable {
        var address: ListenAddress
        /// `http://HOST[:PORT]`, without a slash at its end.
        var url: String
        var publication: PublicationPoint
    }

    enum Database: Hashable, Sendable {
        /// A file in the data folder.
        case sqlite
        /// - mayLoseCredentials: accepts a server that acknowledges what may be lost.
        case postgreSQL(PostgreSQLAddress, mayLoseCredentials: Bool)
    }

    enum KeySource: Hashable, Sendable {
        case file(String)
        /// Under `$CREDENTIALS_DIRECTORY`.
        case credential(String)
        /// A variable, taken out of the environment when it is read.
        case environment(String)
        /// What a program prints.
        case command(KeyCommand)
    }

    struct Authority: Sendable {
        var trustDomain: TrustDomain
        /// The folder of profile files.
        var profiles: String
        /// Where `init` writes the encrypted root key.
        var rootKeyFile: String?
        var rootPassphraseFile: String?
        var issuingKey: KeyKind
        var issuingLifetimeSeconds: Int64
        /// Where keys of issuing CAs are made; nil for the store.
        var token: TokenPlace?
        /// Lists of RSA keys for which nobody gets a certificate.
        var weakKeyFiles: [String]
    }

    /// A PKCS#11 token.
    struct TokenPlace: Hashable, Sendable {
        /// Where its PIN is.
        enum PIN: Hashable, Sendable {
            case file(String)
            /// Under `$CREDENTIALS_DIRECTORY`.
            case credential(String)
            /// A variable, taken out of the environment when it is read.
            case environment(String)
        }

        /// The library of the token's maker.
        var module: String
        var label: String
        var pin: PIN
    }

    struct Limits: Hashable, Sendable {
        var http = HTTPLimits()
        var outboundSeconds: Int64 = 5
        var identityRequestsPerSecond: Int64 = 20
        var identityLiveCredentialsMax: Int64 = 100_000
        var strangerRefusalsPerSecond: Int64 = 10
        var sourceRefusalsPerSecond: Int64 = 50
        var feedsMax: Int64 = 2_000
        var recording = RecordingLimits()
        var clockJumpSecondsMax: Int64 = 30
        var clockBehindSecondsMax: Int64 = 5
        var diskFreeBytesMin: Int64 = 268_435_456
        var ballastBytes: Int64 = 67_108_864
    }

    struct Log: Hashable, Sendable {
        enum Format: String, Sendable, CaseIterable {
            case json, text
        }

        var level: Logger.Level
        var format: Format
    }
}

extension ServerConfiguration {
    /// SQLite's file.
    var databasePath: String { dataFolder + "/tenure.db" }
    /// Where the database is, for people.
    var databasePlace: String {
        switch database {
        case .sqlite: databasePath
        case .postgreSQL(let address, _): "the PostgreSQL at \(address.place)"
        }
    }
    var verifierKeyPath: String { dataFolder + "/audit.vkey" }
    var rootPath: String { dataFolder + "/root.pem" }
    /// The root's own list in DER.
    var rootListPath: String { dataFolder + "/root.crl" }
    var ballastPath: String { dataFolder + "/ballast" }
    /// The first administrator's secret, as `init` leaves it.
    var bootstrapPath: String { dataFolder + "/admin.bootstrap" }
}

/// `HOST:PORT` to listen at: a numeric address, in brackets if it is IPv6, or `localhost`.
package struct ListenAddress: Hashable, Sendable {
    let host: String
    /// 0 picks a free one.
    var port: Int

    /// Parses the text; nil for anything else.
    package init?(_ text: String) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let digits = text[text.utf8.index(after: colon)...]
        guard let port = Int(digits), String(port) == digits, (0...65_535).contains(port) else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.utf8.contains(UInt8(ascii: ":")) else { return nil }
        } else if host.utf8.contains(UInt8(ascii: ":")) {
            return nil
        }
        guard host == "localhost" || (try? NetworkAddress(host)) != nil else { return nil }
        self.host = host
        self.port = port
    }

    /// As it stands in a configuration.
    var text: String { (host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host) + ":\(port)" }

    var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && (try? NetworkAddress(host)) != nil)
    }
}
