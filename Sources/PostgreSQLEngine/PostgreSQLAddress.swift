internal import CPostgreSQL
internal import Foundation

/// Where a PostgreSQL database is, and how it is reached: a `postgresql://` URL that was checked.
///
/// A URL stands in process lists and configurations, so it may carry no password: libpq reads that from `passfile=` or
/// `PGPASSFILE`. Off the Unix socket and the loopback the server proves its name: `sslmode=verify-full`.
package struct PostgreSQLAddress: Hashable, Sendable {
    /// Why a URL is refused, in a sentence without any part of it that may be secret.
    package struct Refusal: Error, Hashable, Sendable {
        package let reason: String
    }

    /// What libpq is given, by its own names.
    let parameters: [String: String]
    /// Whether every host is this machine's: a Unix socket or the loopback.
    package let isLocal: Bool
    /// The database's place for people: hosts and name, nothing else.
    package let place: String

    /// What a URL may say beside user, host, port and database.
    private static let permitted: Set<String> = [
        "host", "hostaddr", "port", "user", "dbname", "passfile", "sslmode", "sslrootcert", "sslcert", "sslkey",
        "sslcrl", "target_session_attrs", "options", "application_name",
    ]
    /// Variables that would change unseen where the connection goes, or that carry a secret where others read it.
    private static let refusedVariables = ["PGPASSWORD", "PGHOSTADDR", "PGSERVICE", "PGOPTIONS"]

    /// - Parameter environment: the process's variables.
    package init(url: String, environment: [String: String]) throws(Refusal) {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
            throw Refusal(reason: "a PostgreSQL URL begins with postgresql://")
        }
        guard !url.utf8.contains(0) else { throw Refusal(reason: "the URL holds a NUL character") }
        for name in Self.refusedVariables where environment[name]?.isEmpty == false {
            throw Refusal(reason: "the variable \(name) must not be set; say it in the URL or in a passfile")
        }
        var given = try Self.parse(url)
        // defence: T45
        if given["password"] != nil || given["sslpassword"] != nil {
            throw Refusal(
                reason: "the URL carries a password, which others can read: put it into a file and name that with"
                    + " passfile=")
        }
        for name in given.keys.sorted() where !Self.permitted.contains(name) {
            throw Refusal(reason: "the URL may not say \(name)")
        }
        if given["host"] == nil, given["hostaddr"] == nil { given["host"] = "/var/run/postgresql" }
        let hosts = Self.list(given["host"]) + Self.list(given["hostaddr"])
        isLocal = hosts.allSatisfy(Self.isLocal)
        switch (isLocal, given["sslmode"]) {
        case (true, nil): given["sslmode"] = "prefer"
        case (false, nil): given["sslmode"] = "verify-full"
        case (true, _), (false, "verify-full"): break
        case (false, _):
            throw Refusal(reason: "sslmode must be verify-full, since the server is not on this machine")
        }
        if hosts.count > 1, given["target_session_attrs"] == nil { given["target_session_attrs"] = "read-write" }
        place = "\(given["host"] ?? given["hostaddr"] ?? "")/\(given["dbname"] ?? "")"
        parameters = given.merging(Self.fixed) { own, _ in own }
    }

    /// A stopped or unreachable server is noticed by the connection itself (DESIGN, section 5).
    private static let fixed = [
        "connect_timeout": "5", "tcp_user_timeout": "3000", "keepalives_idle": "2", "keepalives_interval": "1",
        "keepalives_count": "3", "client_encoding": "UTF8", "gssencmode": "disable", "application_name": "tenured",
    ]

    private static func list(_ value: String?) -> [String] {
        (value ?? "").split(separator: ",", omittingEmptySubsequences: true).map(String.init)
    }

    /// By name and number alone, since a resolver may say anything.
    private static func isLocal(_ host: String) -> Bool {
        if host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// What libpq reads in the URL. Its words about a fault are left out: they quote the URL.
    private static func parse(_ url: String) throws(Refusal) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = unsafe PQconninfoParse(url, &message) else {
            unsafe PQfreemem(message)
            throw Refusal(reason: "the URL cannot be read")
        }
        defer { unsafe PQconninfoFree(options) }
        var given: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe given[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        return given
    }
}
