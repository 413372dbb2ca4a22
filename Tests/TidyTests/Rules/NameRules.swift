extension Rule {
    /// Words that say nothing of what a thing is about.
    private static let emptyWords: Set<String> = [
        "manager", "managers", "helper", "helpers", "util", "utils", "utility", "utilities", "common", "misc", "base",
        "impl", "data", "info",
    ]

    /// Names that a standard gave.
    private static let standardNames: Set<String> = ["SubjectPublicKeyInfo"]

    static let names = Rule("types, files and folders are named for what they are about") { file in
        var violations: [Violation] = []
        for part in file.path.split(separator: "/").dropFirst() {
            // `include` of a C target and the like are single words; `Type+Topic.swift` has two names.
            let stem = part.split(separator: ".").first.map(String.init) ?? String(part)
            violations += emptyWords(in: stem).map { Violation(file, 1, "`\($0)` in the name of `\(part)`") }
        }
        for type in declaredTypes(in: file) {
            violations += emptyWords(in: type.text).map {
                Violation(file, type.line, "`\($0)` in the name of type `\(type.text)`")
            }
        }
        return violations
    }

    static let servicesRun = Rule("only what has a `run()` loop is a service") { file in
        guard file.isSwift, file.isInSources, file.occurrences(of: "func run(").isEmpty else { return [] }
        return declaredTypes(in: file).filter { words(of: $0.text).contains("service") }.map {
            Violation(file, $0.line, "`\($0.text)` is called a service, and this file has no `func run()`")
        }
    }

    private static func declaredTypes(in file: SourceFile) -> [Token] {
        guard file.isSwift else { return [] }
        let kinds: Set<String> = ["struct", "enum", "class", "actor", "protocol", "typealias"]
        return file.tokens.indices.dropLast().compactMap { place in
            guard file.tokens[place].kind == .word, kinds.contains(file.tokens[place].text) else { return nil }
            let name = file.tokens[place + 1]
            // `class func`, and the word in any other place, are followed by no capital.
            return name.kind == .word && name.text.first?.isUppercase == true ? name : nil
        }
    }

    private static func emptyWords(in name: String) -> [String] {
        standardNames.contains(name) ? [] : words(of: name).filter(emptyWords.contains)
    }

    /// The words of a name, in lower case: `CSRDataInfo+Base64` has `csr data info base64`.
    static func words(of name: String) -> [String] {
        var words: [String] = []
        let characters = Array(name)
        for place in characters.indices {
            let character = characters[place]
            guard character.isLetter || character.isNumber else {
                words.append("")
                continue
            }
            let afterLower = place > 0 && (characters[place - 1].isLowercase || characters[place - 1].isNumber)
            let beforeLower = place + 1 < characters.count && characters[place + 1].isLowercase
            if words.isEmpty || (character.isUppercase && (afterLower || beforeLower)) { words.append("") }
            words[words.count - 1].append(character)
        }
        return words.map { $0.lowercased() }.filter { !$0.isEmpty }
    }
}
