internal import TenureModel

/// The audited objects. Rows are versions, appended and never changed; each names the entry that wrote it, so that none
/// can be without one.
enum ObjectSchema {
    static let steps: [Migration.Step] = [
        .table(identity), .table(trust), .table(profile), .table(entitlement), .table(keyVersion), .table(offboarding),
        // Names are unique for ever, per kind: ended objects keep theirs.
        .index(name(of: "identity", ["kind", "name"])), .index(name(of: "trust", ["name"])),
        .index(name(of: "profile", ["name"])),
        .index(place(of: "identity")), .index(place(of: "trust")), .index(place(of: "profile")),
        .index(place(of: "entitlement")), .index(place(of: "key_version")),
    ]

    private static func name(of table: String, _ columns: [String]) -> IndexDefinition {
        IndexDefinition(
            name: "\(table)_name", table: table, columns: columns, isUnique: true, condition: "version = 1")
    }

    /// Serves the snapshot, which reads the rows written since it was taken.
    private static func place(of table: String) -> IndexDefinition {
        IndexDefinition(name: "\(table)_idx", table: table, columns: ["idx"])
    }

    private static let versioned = [ForeignKey(["idx"], "entry", ["idx"])]
    private static let numbered = ["version >= 1", "number >= 0", "number <= idx", "version > 1 OR number = idx"]

    private static let identity = TableDefinition(
        name: "identity",
        columns: [
            .id("id"), .int64("version"), .text("kind"), .text("name"), .text("state"), .text("class").nullable,
            .id("owner").nullable, .text("owner_kind").nullable, .id("backup_owner").nullable,
            .text("backup_owner_kind").nullable, .text("purpose").nullable, .text("environment").nullable,
            .text("document").nullable, .int64("number"), .int64("idx"), .one("first_version"),
        ],
        primaryKey: ["id", "version"],
        foreignKeys: versioned + [
            ForeignKey(["owner", "first_version"], "identity", ["id", "version"]),
            ForeignKey(["backup_owner", "first_version"], "identity", ["id", "version"]),
        ],
        checks: numbered + [
            SchemaText.isOne("kind", of: SchemaText.identityKinds), SchemaText.isName("name"),
            SchemaText.isOne("state", of: IdentityState.allCases.map(\.rawValue)),
            SchemaText.isOne("class", of: Workload.Class.allCases.map(\.rawValue)),
            // A workload has an owner, a purpose and an environment; nobody else does (P1).
            "(kind = 'workload') = (class IS NOT NULL)", "(kind = 'workload') = (owner IS NOT NULL)",
            "(kind = 'workload') = (purpose IS NOT NULL)", "(kind = 'workload') = (environment IS NOT NULL)",
            "(owner IS NULL) = (owner_kind IS NULL)", "owner_kind IN ('person', 'team')",
            "kind = 'workload' OR backup_owner IS NULL",
            "(backup_owner IS NULL) = (backup_owner_kind IS NULL)", "backup_owner_kind IN ('person', 'team')",
            "(kind = 'team') = (document IS NOT NULL)",
        ],
        changes: .none)

    private static let trust = TableDefinition(
        name: "trust",
        columns: [
            .id("id"), .int64("version"), .text("name"), .id("identity"), .text("identity_kind"), .text("state"),
            .text("method"), .text("issuer").nullable, .text("document"), .int64("number"), .int64("idx"),
            .one("first_version"),
        ],
        primaryKey: ["id", "version"],
        foreignKeys: versioned + [ForeignKey(["identity", "first_version"], "identity", ["id", "version"])],
        checks: numbered + [
            SchemaText.isName("name"), SchemaText.isOne("identity_kind", of: SchemaText.identityKinds),
            SchemaText.isOne("state", of: Trust.State.allCases.map(\.rawValue)),
            "method IN ('oidc', 'bootstrap')", "(method = 'oidc') = (issuer IS NOT NULL)",
        ],
        changes: .none)

    private static let profile = TableDefinition(
        name: "profile",
        columns: [
            .id("id"), .int64("version"), .text("name"), .text("state"), .text("environment").nullable,
            .text("approval"), .text("kind"), .text("document"), .int64("number"), .int64("idx"),
        ],
        primaryKey: ["id", "version"], foreignKeys: versioned,
        checks: numbered + [
            SchemaText.isName("name"), SchemaText.isOne("state", of: Profile.State.allCases.map(\.rawValue)),
            SchemaText.isOne("approval", of: ApprovalMode.allCases.map(\.rawValue)),
            SchemaText.isOne("kind", of: ProfileBody.Kind.allCases.map(\.rawValue)),
            "(kind = 'administration') = (environment IS NULL)",
        ],
        changes: .none)

    private static let entitlement = TableDefinition(
        name: "entitlement",
        columns: [
            .id("id"), .int64("version"), .id("identity"), .text("identity_kind"), .id("profile"), .text("state"),
            .text("justification"), .int64("starts"), .int64("ends").nullable, .int64("review").nullable,
            .text("granter"), .text("approver").nullable, .text("document"), .int64("number"), .int64("idx"),
            .one("first_version"),
        ],
        primaryKey: ["id", "version"],
        foreignKeys: versioned + [
            ForeignKey(["identity", "first_version"], "identity", ["id", "version"]),
            ForeignKey(["profile", "first_version"], "profile", ["id", "version"]),
        ],
        checks: numbered + [
            SchemaText.isOne("identity_kind", of: SchemaText.identityKinds),
            SchemaText.isOne("state", of: Entitlement.State.allCases.map(\.rawValue)),
            "length(justification) >= 1", "ends > starts",
            // What is in force has somebody who approved it.
            "state <> 'active' OR approver IS NOT NULL",
        ],
        changes: .none)

    private static let keyVersion = TableDefinition(
        name: "key_version",
        columns: [
            .id("id"), .int64("version"), .text("purpose"), .text("state"), .int64("published"), .int64("sign_from"),
            .int64("sign_until").nullable, .int64("verify_until").nullable, .bytes("public_key"), .bytes("wrapped"),
            .text("document"), .int64("idx"),
        ],
        primaryKey: ["id", "version"], foreignKeys: versioned,
        checks: [
            "version >= 1", SchemaText.isOne("state", of: KeyVersion.State.allCases.map(\.rawValue)),
            "length(purpose) >= 1", "sign_from >= 0", "verify_until >= sign_until",
        ],
        changes: .none)

    private static let offboarding = TableDefinition(
        name: "offboarding",
        columns: [
            .id("id"), .int64("version"), .text("state"), .id("target"), .text("target_kind"),
            .id("transfer_to").nullable, .text("transfer_to_kind").nullable, .text("reason"), .text("document"),
            .int64("idx"), .one("first_version"),
        ],
        primaryKey: ["id", "version"],
        foreignKeys: versioned + [
            ForeignKey(["target", "first_version"], "identity", ["id", "version"]),
            ForeignKey(["transfer_to", "first_version"], "identity", ["id", "version"]),
        ],
        checks: [
            "version >= 1", SchemaText.isOne("state", of: OffboardingCase.State.allCases.map(\.rawValue)),
            SchemaText.isOne("target_kind", of: SchemaText.identityKinds),
            SchemaText.isOne("transfer_to_kind", of: SchemaText.identityKinds),
            "(transfer_to IS NULL) = (transfer_to_kind IS NULL)",
            SchemaText.isOne("reason", of: SchemaText.reasons),
        ],
        changes: .none)
}
