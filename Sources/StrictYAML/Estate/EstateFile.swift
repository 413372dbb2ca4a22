package import TenureAPI

/// Reads an estate from YAML (FORMATS, section 5). Files that it names, key sets and CA bundles, are taken in, so that
/// what comes out stands by itself.
package struct EstateFile: Sendable {
    /// Reads a file that the estate names, by the path that stands there; its error text ends in the fault.
    package typealias ContentReader = @Sendable (String) throws(ContentError) -> String

    /// Why a named file could not be read, in a few words.
    package struct ContentError: Error, Hashable {
        package let message: String

        package init(_ message: String) { self.message = message }
    }

    private let contents: ContentReader

    /// - Parameter contents: reads named files; a server that takes none throws.
    package init(contents: @escaping ContentReader) { self.contents = contents }

    /// - Parameter file: what faults call the file.
    /// - Throws: `YAMLFault` with line and column.
    package func read(file: String, text: String) throws(YAMLFault) -> EstateDocument {
        let top = try YAMLMapping(file: file, text: text)
        try top.refuseUnknown(
            known: ["apiVersion", "estate", "people", "teams", "workloads", "trusts", "entitlements"])
        let version = try top.requiredString("apiVersion")
        guard version == "tenure/1" else { throw top.fault("apiVersion", "must be tenure/1") }
        return EstateDocument(
            apiVersion: version, estate: try top.requiredString("estate"),
            people: try list(top, "people", person), teams: try list(top, "teams", team),
            workloads: try list(top, "workloads", workload), trusts: try list(top, "trusts", trust),
            entitlements: try list(top, "entitlements", entitlement))
    }

    private func list<Item>(
        _ top: YAMLMapping, _ key: String, _ read: (YAMLMapping) throws(YAMLFault) -> Item
    ) throws(YAMLFault) -> [Item] {
        var items: [Item] = []
        for mapping in try top.mappings(key) ?? [] { items.append(try read(mapping)) }
        return items
    }

    private func person(_ item: YAMLMapping) throws(YAMLFault) -> EstatePerson {
        try item.refuseUnknown(known: ["name"])
        return EstatePerson(name: try item.requiredString("name"))
    }

    private func team(_ item: YAMLMapping) throws(YAMLFault) -> EstateTeam {
        try item.refuseUnknown(known: ["name", "members"])
        return EstateTeam(name: try item.requiredString("name"), members: try item.strings("members") ?? [])
    }

    private func workload(_ item: YAMLMapping) throws(YAMLFault) -> EstateWorkload {
        try item.refuseUnknown(known: ["name", "class", "owner", "backup_owner", "purpose", "environment"])
        return EstateWorkload(
            name: try item.requiredString("name"), workloadClass: try item.requiredString("class"),
            owner: try item.requiredString("owner"), backupOwner: try item.string("backup_owner"),
            purpose: try item.requiredString("purpose"), environment: try item.requiredString("environment"))
    }

    private func trust(_ item: YAMLMapping) throws(YAMLFault) -> EstateTrust {
        try item.refuseUnknown(
            known: ["name", "workload", "preset", "issuer", "audience", "claims", "presentations"])
        return EstateTrust(
            name: try item.requiredString("name"), workload: try item.requiredString("workload"),
            preset: try item.string("preset"), issuer: try item.mapping("issuer").map(issuer),
            audience: try item.requiredString("audience"), claims: try claims(item.requiredMapping("claims")),
            presentations: try presentations(item))
    }

    private func issuer(_ item: YAMLMapping) throws(YAMLFault) -> IssuerBody {
        try item.refuseUnknown(known: ["url", "jwks", "ca_file", "networks"])
        return IssuerBody(
            url: try item.requiredString("url"), jwks: try item.mapping("jwks").map(keySet),
            caPem: try content(item, "ca_file"), networks: try item.strings("networks"))
    }

    private func keySet(_ item: YAMLMapping) throws(YAMLFault) -> KeySetBody {
        try item.refuseUnknown(known: ["url", "file"])
        let url = try item.string("url")
        let set = try content(item, "file")
        guard (url == nil) != (set == nil) else {
            throw YAMLFault(
                file: item.file, line: item.line, column: 1, message: "`\(item.path)` takes exactly one of url and file"
            )
        }
        return KeySetBody(url: url, set: set)
    }

    private func content(_ item: YAMLMapping, _ key: String) throws(YAMLFault) -> String? {
        guard let path = try item.string(key) else { return nil }
        do {
            return try contents(path)
        } catch {
            throw item.fault(key, "names a file that cannot be read: \(error.message)")
        }
    }

    private func claims(_ item: YAMLMapping) throws(YAMLFault) -> [String: ClaimValue] {
        var claims: [String: ClaimValue] = [:]
        for key in item.keys {
            guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw item.fault(key, "must be a claim's name in visible ASCII")
            }
            switch try item.scalar(key) {
            case .text(let text): claims[key] = .text(text)
            case .number(let number): claims[key] = .number(number)
            case .flag(let flag): claims[key] = .flag(flag)
            case nil: throw item.fault(key, "must have a value")
            }
        }
        return claims
    }

    private func presentations(_ item: YAMLMapping) throws(YAMLFault) -> PresentationsValue? {
        switch try item.scalar("presentations") {
        case .text(let word): .word(word)
        case .number(let count): .count(count)
        case .flag: throw item.fault("presentations", "must be once, until-expiry or a whole number")
        case nil: nil
        }
    }

    private func entitlement(_ item: YAMLMapping) throws(YAMLFault) -> EstateEntitlement {
        try item.refuseUnknown(known: ["identity", "profile", "constraints", "justification", "ends", "review"])
        return EstateEntitlement(
            identity: try item.requiredString("identity"), profile: try item.requiredString("profile"),
            constraints: try item.mapping("constraints").map(constraints),
            justification: try item.requiredString("justification"), ends: try item.string("ends"),
            review: try item.string("review"))
    }

    private func constraints(_ item: YAMLMapping) throws(YAMLFault) -> ConstraintsBody {
        try item.refuseUnknown(known: ["scopes", "audiences", "names", "lifetime_seconds", "networks", "uses"])
        return ConstraintsBody(
            scopes: try item.strings("scopes"), audiences: try item.strings("audiences"),
            names: try item.strings("names"), lifetimeSeconds: try item.int64("lifetime_seconds"),
            networks: try item.strings("networks"), uses: try item.int64("uses"))
    }
}
