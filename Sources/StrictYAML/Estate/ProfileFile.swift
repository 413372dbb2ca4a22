package import TenureAPI

/// Reads a profile from YAML (FORMATS, section 5).
package enum ProfileFile {
    private static let shared = ["name", "kind", "version", "environment", "approval"]
    private static let lifetimes = ["lifetime_seconds", "max_lifetime_seconds"]
    private static let keysByKind = [
        "token": lifetimes + ["audiences", "scopes", "bare"],
        "certificate": lifetimes + ["keys", "names", "usages", "revocation_seconds", "spiffe", "foreign_consumers"],
        "administration": ["acts", "scope"],
    ]

    /// - Parameter file: what faults call the file.
    /// - Throws: `YAMLFault` with line and column; also for a key that another kind of profile has.
    package static func read(file: String, text: String) throws(YAMLFault) -> ProfileDocument {
        let top = try YAMLMapping(file: file, text: text)
        let kind = try top.requiredString("kind")
        guard let own = keysByKind[kind] else {
            throw top.fault("kind", "must be token, certificate or administration")
        }
        try top.refuseUnknown(known: shared + own)
        return ProfileDocument(
            name: try top.requiredString("name"), kind: kind, version: try top.int64("version"),
            environment: try top.string("environment"), approval: try top.string("approval"),
            lifetimeSeconds: try top.int64("lifetime_seconds"),
            maxLifetimeSeconds: try top.int64("max_lifetime_seconds"), audiences: try top.strings("audiences"),
            scopes: try top.strings("scopes"), bare: try top.bool("bare"), keys: try top.strings("keys"),
            names: try top.strings("names"), usages: try top.strings("usages"),
            revocationSeconds: try top.int64("revocation_seconds"), spiffe: try top.bool("spiffe"),
            foreignConsumers: try top.bool("foreign_consumers"), acts: try top.strings("acts"),
            scope: try top.string("scope"))
    }
}
