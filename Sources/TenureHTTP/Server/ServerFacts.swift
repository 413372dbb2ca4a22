/// What the routes say of the installation beside what the broker knows.
package struct ServerFacts: Sendable {
    /// Of the program.
    package var version: String
    /// Whether this is `tenured dev`: a foreign `Host` is answered with 421 (THREATS, T30).
    package var isDevelopment: Bool
    /// The hosts, in lower case and without a port, under which `dev` answers. Not looked at elsewhere.
    package var hosts: [String]
    /// The log's verification key as C2SP signed-note writes it, without a line end.
    package var auditKey: String
    /// As it stands in SPIFFE ids and in the bundle.
    package var trustDomain: String
    /// The state of each part, for `/readyz` and `/status`; must not wait.
    package var health: @Sendable () -> ServerHealth

    package init(
        version: String, isDevelopment: Bool, hosts: [String] = ["localhost", "127.0.0.1", "[::1]"], auditKey: String,
        trustDomain: String, health: @escaping @Sendable () -> ServerHealth
    ) {
        self.version = version
        self.isDevelopment = isDevelopment
        self.hosts = hosts
        self.auditKey = auditKey
        self.trustDomain = trustDomain
        self.health = health
    }
}

/// How the server is, by its parts.
package struct ServerHealth: Hashable, Sendable {
    /// From well to not at all.
    package enum State: String, Hashable, Sendable, Comparable {
        case ok, degraded, failed

        package static func < (one: State, other: State) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .ok: 0
            case .degraded: 1
            case .failed: 2
            }
        }
    }

    /// One part, such as `store`, `clock`, `disk` or `audit`.
    package struct Part: Hashable, Sendable {
        package var name: String
        package var state: State
        /// For operators: no secret, no SQL.
        package var detail: String?
        /// RFC 3339.
        package var since: String?

        package init(name: String, state: State, detail: String? = nil, since: String? = nil) {
            self.name = name
            self.state = state
            self.detail = detail
            self.since = since
        }
    }

    package var parts: [Part]
    /// Whether the database fell behind a checkpoint that is known elsewhere (T38).
    package var isReadOnly: Bool
    /// Why no new credentials are given, for clients; nil while they are.
    package var notIssuing: String?
    /// When the next key is rotated, RFC 3339.
    package var nextRotation: String?

    package init(
        parts: [Part] = [], isReadOnly: Bool = false, notIssuing: String? = nil, nextRotation: String? = nil
    ) {
        self.parts = parts
        self.isReadOnly = isReadOnly
        self.notIssuing = notIssuing
        self.nextRotation = nextRotation
    }

    /// `read_only`, or that of the worst part.
    package var stateText: String {
        isReadOnly ? "read_only" : (parts.map(\.state).max() ?? .ok).rawValue
    }

    /// Whether requests can be served at all.
    package var isReady: Bool { parts.allSatisfy { $0.state != .failed } }
}
