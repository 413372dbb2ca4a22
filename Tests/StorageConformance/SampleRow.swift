internal import Storage
internal import TenureModel

/// A valid row as columns and values, to be broken one column at a time.
struct SampleRow: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case person, workload, trust, profile, entitlement, keyVersion, offboarding, token, certificate, mark
        case operation
    }

    let relation: String
    private(set) var columns: [String]
    private(set) var values: [SQLValue]
    /// Columns that may be NULL in a row of this kind.
    var nullable: Set<String> = []
    /// Columns that refer to another row.
    var foreign: [String] = []
    /// Values that a condition of the schema refuses.
    var broken: [(String, SQLValue)] = []

    init(_ row: AuditedRow, relation: String? = nil, index: Int64) {
        self.relation = relation ?? row.table.name
        columns = row.table.columns
        values = row.values
        if row.table.hasNumber {
            columns.append("number")
            values.append(.integer(index))
        }
        columns.append("idx")
        values.append(.integer(index))
    }

    init(_ relation: String, _ pairs: [(String, SQLValue)]) {
        self.relation = relation
        columns = pairs.map(\.0)
        values = pairs.map(\.1)
    }

    func setting(_ column: String, _ value: SQLValue) -> SampleRow {
        guard let place = columns.firstIndex(of: column) else { preconditionFailure("\(relation) has no \(column)") }
        var copy = self
        copy.values[place] = value
        return copy
    }

    var insert: Statement {
        let places = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
        return Statement("INSERT INTO \(relation) (\(columns.joined(separator: ", "))) VALUES (\(places))")
    }
}

/// A database with one estate, and valid rows that could be the next.
struct Samples {
    private let log: RunningLog
    private let folder: TestFolderOwner
    private let taken = Example(seed: 1)
    private let fresh = Example(seed: 2)
    /// The index of an entry that a sample row may bear; `insert` writes it and takes it back.
    private let index: Int64 = 5

    init(_ engine: TestEngine) async throws {
        folder = try TestFolderOwner()
        log = try await RunningLog(engine.open(in: folder.folder))
        try await log.found(taken)
        await log.stop()
    }

    /// Inserts after an entry of its own, in a transaction that is taken back; returns why it failed.
    func insert(_ row: SampleRow, then second: SampleRow? = nil) async -> StorageError? {
        let rows = [row] + (second.map { [$0] } ?? [])
        let index = index
        do throws(StorageError) {
            try await log.engine.write { (connection) throws(StorageError) in
                for place in 0..<Int64(rows.count) {
                    try connection.execute(
                        Statement("INSERT INTO entry (idx, at, body, leaf_hash) VALUES ($1, 0, $2, $3)"),
                        [.integer(index + place), .bytes(Array("{}".utf8)), .bytes([UInt8](repeating: 0, count: 32))])
                }
                for row in rows { try connection.execute(row.insert, row.values) }
                throw .unavailable("taken back")
            }
            return nil
        } catch {
            return error == .unavailable("taken back") ? nil : error
        }
    }

    func run(_ sql: String) async throws(StorageError) {
        _ = try await log.engine.write { (connection) throws(StorageError) in
            try connection.execute(Statement(sql), [])
        }
    }

    func count(_ table: String) async -> Int {
        do throws(StorageError) {
            return try await log.engine.read { (connection) throws(StorageError) in
                try connection.rows(Statement("SELECT 1 FROM \(table)"), []).count
            }
        } catch {
            return -1
        }
    }

    func firstColumn(of table: String) -> String {
        switch table {
        case "entry", "feed": "idx"
        case "tile": "number"
        case "checkpoint": "size"
        default: "idx"
        }
    }

    func takenName(_ kind: SampleRow.Kind) -> SQLValue {
        switch kind {
        case .person: .text("ada")
        case .trust: .text("builder-github")
        default: .text("deploy")
        }
    }

    func secondCertificate(sameSerial: Bool) -> SampleRow {
        let serial: [UInt8] = sameSerial ? [1, 1] : [1, 2]
        return SampleRow(
            CredentialTable.row(for: taken.certificate(2, floor: 5, serial: serial)), index: index + 1)
    }

    /// One row at least in each table.
    func fillEveryTable() async throws {
        for kind in SampleRow.Kind.allCases where [.keyVersion, .offboarding, .token, .mark].contains(kind) {
            let row = row(kind)
            let index = index + Int64(SampleRow.Kind.allCases.firstIndex(of: kind) ?? 0)
            try await log.engine.write { (connection) throws(StorageError) in
                try connection.execute(
                    Statement("INSERT INTO entry (idx, at, body, leaf_hash) VALUES ($1, 0, $2, $3)"),
                    [.integer(index), .bytes(Array("{}".utf8)), .bytes([UInt8](repeating: 0, count: 32))])
                let place = row.columns.contains("idx") ? "idx" : "changed_index"
                var placed = row.setting(place, .integer(index))
                if row.columns.contains("cut_index") { placed = placed.setting("cut_index", .integer(index)) }
                try connection.execute(placed.insert, placed.values)
            }
        }
        try await run("INSERT INTO feed (idx, place, prev, event, at) VALUES (0, 0, -1, 'key', 0)")
        try await log.engine.write { (connection) throws(StorageError) in
            _ = try connection.execute(
                Statement("INSERT INTO tile (level, number, hashes, root) VALUES (0, 0, $1, $2)"),
                [.bytes([UInt8](repeating: 0, count: 8192)), .bytes([UInt8](repeating: 0, count: 32))])
        }
    }

    func row(_ kind: SampleRow.Kind) -> SampleRow {
        switch kind {
        case .person: person
        case .workload: workload
        case .trust: trust
        case .profile: profile
        case .entitlement: entitlement
        case .keyVersion: keyVersion
        case .offboarding: offboarding
        case .token: token
        case .certificate: certificate
        case .mark: mark
        case .operation: operation
        }
    }
}

/// A folder that a copyable value can own.
final class TestFolderOwner: Sendable {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }
}

extension Samples {
    private static let stranger = SQLValue.text("stranger")
    private static let version: [(String, SQLValue)] = [
        ("version", .integer(0)), ("number", .integer(6)), ("number", .integer(4)), ("id", .bytes([1])),
    ]

    private var person: SampleRow {
        var row = SampleRow(fresh.personRow(name: "grace"), index: index)
        row.nullable = [
            "class", "owner", "owner_kind", "backup_owner", "backup_owner_kind", "purpose", "environment", "document",
        ]
        row.foreign = ["idx"]
        row.broken =
            Self.version + [
                ("kind", Self.stranger), ("kind", .text("team")), ("name", .text("")),
                ("name", .text(String(repeating: "a", count: 64))), ("state", Self.stranger),
                ("class", .text("service")), ("owner", SQLValue.bytes(taken.person.bytes)),
                ("purpose", .text("a purpose")), ("environment", .text("production")), ("document", .text("[]")),
                ("backup_owner", .bytes(taken.person.bytes)), ("name", .text("nul\u{0}")),
            ]
        return row
    }

    private var workload: SampleRow {
        let identity = Identity(
            id: .workload(fresh.workload), number: -1, version: 1, name: Example.name("deployer"), state: .active,
            body: taken.workloadIdentity().body)
        var row = SampleRow(IdentityTable.row(for: identity), index: index)
        row.nullable = ["backup_owner", "backup_owner_kind", "document"]
        row.foreign = ["owner", "idx"]
        row.broken =
            Self.version + [
                ("class", Self.stranger), ("owner_kind", .text("workload")), ("kind", .text("person")),
                ("document", .text("[]")), ("backup_owner_kind", .text("person")),
            ]
        return row
    }

    private var trust: SampleRow {
        var trust = taken.trustValue(name: "another")
        trust.id = fresh.trust
        var row = SampleRow(TrustTable.row(for: trust), index: index)
        row.foreign = ["identity", "idx"]
        row.broken =
            Self.version + [
                ("name", .text("")), ("identity_kind", Self.stranger), ("state", Self.stranger),
                ("method", Self.stranger), ("method", .text("bootstrap")), ("issuer", .null),
            ]
        return row
    }

    private var profile: SampleRow {
        var row = SampleRow(ProfileTable.row(for: fresh.profileValue(name: "another")), index: index)
        row.foreign = ["idx"]
        row.broken =
            Self.version + [
                ("name", .text("")), ("state", Self.stranger), ("approval", Self.stranger), ("kind", Self.stranger),
                ("kind", .text("administration")), ("environment", .null),
            ]
        return row
    }

    private var entitlement: SampleRow {
        var entitlement = taken.entitlementValue()
        entitlement.id = fresh.entitlement
        var row = SampleRow(EntitlementTable.row(for: entitlement), index: index)
        row.nullable = ["ends", "review"]
        row.foreign = ["identity", "profile", "idx"]
        row.broken =
            Self.version + [
                ("identity_kind", Self.stranger), ("state", Self.stranger), ("justification", .text("")),
                ("ends", SQLValue.integer(Example.now.milliseconds)), ("approver", .null),
            ]
        return row
    }

    private var keyVersion: SampleRow {
        let key = KeyVersion(
            id: Example.id(2, 9), version: 1, purpose: .sessionRing, state: .active, published: Example.now,
            signFrom: Example.now, signUntil: Example.now, verifyUntil: Example.now, publicKey: [], certificates: [],
            wrapped: [1])
        var row = SampleRow(KeyVersionTable.row(for: key), index: index)
        row.nullable = ["sign_until", "verify_until"]
        row.foreign = ["idx"]
        row.broken = [
            ("version", .integer(0)), ("state", Self.stranger), ("purpose", .text("")), ("verify_until", .integer(1)),
            ("id", .bytes([1])),
        ]
        return row
    }

    private var offboarding: SampleRow {
        let offboarding = OffboardingCase(
            id: Example.id(2, 10), version: 1, state: .applied, target: .person(taken.person),
            transferTo: .person(taken.person), reason: .unspecified, ends: [.person(taken.person)], passes: [])
        var row = SampleRow(CaseTable.row(for: offboarding), relation: "offboarding", index: index)
        row.foreign = ["target", "transfer_to", "idx"]
        row.broken = [
            ("version", .integer(0)), ("state", Self.stranger), ("target_kind", Self.stranger),
            ("transfer_to", .null), ("transfer_to_kind", .null), ("reason", Self.stranger),
        ]
        return row
    }

    private static let credential: [(String, SQLValue)] =
        [
            ("kind", stranger), ("identity_kind", stranger), ("owner_kind", .text("workload")),
            ("environment", .text("")), ("purpose", .text("")), ("floor", .integer(-1)), ("floor", .integer(6)),
            ("not_after", .integer(Example.now.milliseconds)), ("l_e3", .integer(1)), ("l_i", .integer(5)),
            ("l_o", .integer(5)), ("l_e", .integer(5)), ("l_p", .integer(5)), ("l_t", .integer(5)),
            ("id", .bytes([1])),
        ] + ["l_i", "l_o", "l_e", "l_p", "l_t", "l_v", "l_n", "l_c", "l_f", "l_a", "l_k"].map { ($0, .integer(-1)) }

    private static let credentialRelations = [
        "identity", "identity_version", "owner", "owner_version", "entitlement", "entitlement_version", "profile",
        "profile_version", "trust", "trust_version",
    ]

    private var token: SampleRow {
        var row = SampleRow(CredentialTable.row(for: taken.token(1, floor: 5)), index: index)
        row.nullable = ["l_e2", "l_e3", "l_e4", "l_s", "issuer", "serial", "shard", "der", "replaces"]
        row.foreign = Self.credentialRelations
        row.broken =
            Self.credential + [
                ("kind", .text("certificate")), ("l_s", .integer(1)),
                ("issuer", .bytes([UInt8](repeating: 1, count: 16))),
                ("serial", .bytes([1])), ("shard", .integer(1)), ("der", .bytes([1])),
                ("replaces", .bytes([UInt8](repeating: 1, count: 16))), ("audience", .text("")), ("key_id", .text("")),
            ]
        return row
    }

    private var certificate: SampleRow {
        var row = SampleRow(CredentialTable.row(for: taken.certificate(1, floor: 5)), index: index)
        row.nullable = ["l_e2", "l_e3", "l_e4", "audience", "scope", "key_id", "replaces"]
        // What a renewal replaced may have left by an entry `retention.cut`.
        row.foreign = Self.credentialRelations
        row.broken =
            Self.credential + [
                ("kind", .text("token")), ("serial", .bytes([])), ("serial", .bytes([UInt8](repeating: 1, count: 21))),
                ("audience", .text("api")), ("scope", .text("a")), ("key_id", .text("k")), ("l_s", .integer(-1)),
                ("replaces", SQLValue.bytes((Example.id(1, 7) as CredentialID).bytes)),
            ]
        return row
    }

    private var mark: SampleRow {
        var row = SampleRow(
            "lineage_mark",
            [
                ("kind", .text("i")), ("number", .integer(1)), ("cut_index", .integer(5)),
                ("changed_index", .integer(5)), ("at", .integer(0)), ("reason", .text("unspecified")),
            ])
        row.foreign = []
        row.broken = [
            ("kind", Self.stranger), ("number", .integer(-1)), ("cut_index", .integer(-2)), ("cut_index", .integer(6)),
            ("changed_index", .integer(4)), ("at", .integer(-1)), ("reason", Self.stranger),
        ]
        return row
    }

    private var operation: SampleRow {
        var row = SampleRow(
            "operation",
            [
                ("id", .bytes([UInt8](repeating: 1, count: 16))), ("identity", .null), ("idempotency_key", .null),
                ("request_hash", .bytes([UInt8](repeating: 1, count: 32))), ("act", .text("token.issue")),
                ("object", .null), ("idx", .integer(5)), ("at", .integer(0)),
            ])
        row.nullable = ["identity", "idempotency_key", "object"]
        row.foreign = ["idx"]
        row.broken = [
            ("id", .bytes([1])), ("identity", .bytes([1])), ("idempotency_key", .text("")),
            ("idempotency_key", .text(String(repeating: "a", count: 65))), ("request_hash", .bytes([1])),
            ("at", .integer(-1)),
        ]
        return row
    }
}
