internal import StrictYAML

// The section `keys`: where the key-encryption key lies, and the one that is to take its place.
extension ServerConfiguration.KeySource {
    private static let known = [
        "kek_file", "kek_credential", "kek_environment", "kek_command", "kek_command_input", "kek_command_seconds",
    ]
    private static let sources = ["kek_file", "kek_credential", "kek_environment", "kek_command"]
    /// Words of a command, the program included.
    private static let wordsMax = 64

    /// What `keys` itself names.
    init(_ section: YAMLMapping) throws(YAMLFault) {
        try section.refuseUnknown(known: Self.known + ["next"])
        self = try Self.source(in: section)
    }

    /// What `keys.next` names; nil where there is no such section.
    static func next(in section: YAMLMapping) throws(YAMLFault) -> Self? {
        guard let next = try section.mapping("next") else { return nil }
        try next.refuseUnknown(known: known)
        return try source(in: next)
    }

    private static func source(in section: YAMLMapping) throws(YAMLFault) -> Self {
        let named = section.keys.filter { sources.contains($0) }
        guard let first = named.first else {
            throw section.fault("kek_file", "or `kek_credential`, `kek_environment`, `kek_command` is required")
        }
        guard named.count == 1 else {
            throw section.fault(named[1], "and `\(first)` exclude each other: give one of the two")
        }
        if first != "kek_command" {
            for key in ["kek_command_input", "kek_command_seconds"] where section.keys.contains(key) {
                throw section.fault(key, "belongs to `kek_command`")
            }
        }
        switch first {
        case "kek_file": return .file(try section.absolutePath("kek_file"))
        case "kek_credential": return .credential(try section.credentialName("kek_credential"))
        case "kek_environment": return .environment(try section.variableName("kek_environment"))
        default: return .command(try command(section))
        }
    }

    private static func command(_ section: YAMLMapping) throws(YAMLFault) -> KeyCommand {
        let words = try section.requiredStrings("kek_command")
        guard let program = words.first, words.count <= wordsMax,
            words.allSatisfy({ $0.utf8.count <= 4_096 && !$0.utf8.contains(0) })
        else { throw section.fault("kek_command", "must be a list of 1 to \(wordsMax) words") }
        guard program.hasPrefix("/") else {
            throw section.fault("kek_command", "must begin with the path of a program from the root")
        }
        return KeyCommand(
            program: program, arguments: Array(words.dropFirst()),
            input: try section.optionalAbsolutePath("kek_command_input"),
            seconds: try section.number("kek_command_seconds", 10, to: 300))
    }
}

// The section `ca.pkcs11`: the token in which keys of issuing CAs are made.
extension ServerConfiguration.TokenPlace {
    private static let pins = ["pin_file", "pin_credential", "pin_environment"]

    init(_ section: YAMLMapping) throws(YAMLFault) {
        try section.refuseUnknown(known: ["module", "token"] + Self.pins)
        module = try section.absolutePath("module")
        label = try section.requiredString("token")
        guard (1...32).contains(label.utf8.count), label.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
            label.utf8.last != UInt8(ascii: " ")
        else { throw section.fault("token", "must be the label of a token: 1 to 32 visible characters") }
        let named = section.keys.filter { Self.pins.contains($0) }
        guard let first = named.first else {
            throw section.fault("pin_file", "or `pin_credential`, `pin_environment` is required")
        }
        guard named.count == 1 else {
            throw section.fault(named[1], "and `\(first)` exclude each other: give one of the two")
        }
        switch first {
        case "pin_file": pin = .file(try section.absolutePath("pin_file"))
        case "pin_credential": pin = .credential(try section.credentialName("pin_credential"))
        default: pin = .environment(try section.variableName("pin_environment"))
        }
    }
}

extension YAMLMapping {
    fileprivate func credentialName(_ key: String) throws(YAMLFault) -> String {
        let name = try requiredString(key)
        guard (1...255).contains(name.utf8.count), !name.hasPrefix("."),
            name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
        else { throw fault(key, "must be the name of a systemd credential, without a slash") }
        return name
    }

    fileprivate func variableName(_ key: String) throws(YAMLFault) -> String {
        let name = try requiredString(key)
        let isName = name.utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard (1...64).contains(name.utf8.count), isName else {
            throw fault(key, "must be the name of a variable: capital letters, digits and _")
        }
        return name
    }
}
