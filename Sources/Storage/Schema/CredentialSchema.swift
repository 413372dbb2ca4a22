internal import TenureModel

/// The credential table: P1 as constraints. A row without its identity, owner, environment, purpose, entitlement and
/// whole lineage does not exist.
enum CredentialSchema {
    static let steps: [Migration.Step] =
        [.table(credential)]
        // Each index is paid for by every issuance, most of all one whose keys lie scattered: every row then writes a
        // page of its own to the log. So what lies within one identity (`e a f c`) is found by `l_i`. What hangs on an
        // entitlement's parents is rare, so those are partial.
        + ["l_i", "l_o"].map { .index(index($0)) }
        + ["l_e2", "l_e3", "l_e4", "l_s"].map { .index(index($0, condition: "\($0) IS NOT NULL")) }
        + [
            .index(
                IndexDefinition(
                    name: "credential_serial", table: "credential", columns: ["issuer", "serial"], isUnique: true,
                    condition: "serial IS NOT NULL")),
            .index(
                IndexDefinition(
                    name: "credential_shard", table: "credential", columns: ["issuer", "shard"],
                    condition: "shard IS NOT NULL")),
        ]

    private static func index(_ column: String, condition: String? = nil) -> IndexDefinition {
        IndexDefinition(
            name: "credential_\(column)", table: "credential", columns: [column, "idx"], condition: condition)
    }

    private static let lineage: [Column] = [
        .int64("l_i"), .int64("l_o"), .int64("l_e"), .int64("l_e2").nullable, .int64("l_e3").nullable,
        .int64("l_e4").nullable, .int64("l_p"), .int64("l_t"), .int64("l_v"), .int64("l_n"), .int64("l_c"),
        .int64("l_f"), .int64("l_a"), .int64("l_s").nullable, .int64("l_k"),
    ]

    private static let ofTokens = ["audience", "scope", "key_id"]
    private static let ofCertificates = ["issuer", "serial", "shard", "der", "l_s"]

    private static let credential = TableDefinition(
        name: "credential",
        columns: [
            .id("id"), .text("kind"), .int64("floor"), .id("identity"), .text("identity_kind"),
            .int64("identity_version"), .id("owner"), .text("owner_kind"), .int64("owner_version"),
            .text("environment"), .text("purpose"), .id("entitlement"), .int64("entitlement_version"), .id("profile"),
            .int64("profile_version"), .id("trust"), .int64("trust_version"), .int64("not_before"),
            .int64("not_after"),
        ] + lineage + [
            .text("audience").nullable, .text("scope").nullable, .text("key_id").nullable, .id("issuer").nullable,
            .bytes("serial").nullable, .int64("shard").nullable, .bytes("der").nullable, .id("replaces").nullable,
            .int64("idx"),
        ],
        // One entry records at most one credential, so its place in the log is its key.
        primaryKey: ["idx"], uniques: [["id"]],
        foreignKeys: [
            ForeignKey(["idx"], "entry", ["idx"]),
            ForeignKey(["identity", "identity_version"], "identity", ["id", "version"]),
            ForeignKey(["owner", "owner_version"], "identity", ["id", "version"]),
            ForeignKey(["entitlement", "entitlement_version"], "entitlement", ["id", "version"]),
            ForeignKey(["profile", "profile_version"], "profile", ["id", "version"]),
            ForeignKey(["trust", "trust_version"], "trust", ["id", "version"]),
            ForeignKey(["replaces"], "credential", ["id"]),
        ],
        checks: [
            SchemaText.isOne("kind", of: Credential.Kind.allCases.map(\.rawValue)),
            SchemaText.isOne("identity_kind", of: SchemaText.identityKinds), "owner_kind IN ('person', 'team')",
            SchemaText.isName("environment"), "length(purpose) BETWEEN 1 AND 500", "not_after > not_before",
            "floor >= 0 AND floor <= idx", "length(serial) BETWEEN 1 AND 20", "length(key_id) >= 1",
            "length(audience) >= 1", "kind = 'certificate' OR replaces IS NULL", "replaces <> id",
            // Parents follow one another without a gap.
            "l_e3 IS NULL OR l_e2 IS NOT NULL", "l_e4 IS NULL OR l_e3 IS NOT NULL",
        ]
            + ofTokens.map { "(kind = 'token') = (\($0) IS NOT NULL)" }
            + ofCertificates.map { "(kind = 'certificate') = (\($0) IS NOT NULL)" }
            + lineage.map { "\($0.name) >= 0" }
            // What was made for it is older than the credential itself.
            + ["l_i", "l_o", "l_e", "l_p", "l_t"].map { "\($0) < idx" },
        changes: .none)
}
