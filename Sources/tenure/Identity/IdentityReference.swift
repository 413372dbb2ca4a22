internal import ArgumentParser

/// `person/N`, `team/N` or `workload/N`, where N is a name or an id.
struct IdentityReference: ExpressibleByArgument {
    let kind: String
    let name: String

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, ["person", "team", "workload"].contains(parts[0]), !parts[1].isEmpty else { return nil }
        // It becomes a part of a path: nothing that could leave it.
        guard parts[1].utf8.allSatisfy({ $0 == 0x2D || $0 == 0x5F || $0 == 0x40 || Self.isAlphanumeric($0) }) else {
            return nil
        }
        kind = String(parts[0])
        name = String(parts[1])
    }

    var text: String { kind + "/" + name }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
