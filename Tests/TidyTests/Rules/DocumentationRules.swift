extension Rule {
    /// Enum cases and stored values may go without, and what a protocol's own documentation describes.
    static let documented = Rule("types, functions and initialisers for other targets have a doc comment") { file in
        guard file.isSwift, file.isInSources else { return [] }
        return file.tokens.indices.compactMap { place in
            let access = file.tokens[place]
            guard access.isWord("package") || access.isWord("public") else { return nil }
            guard let keyword = declarationKeyword(after: place, in: file.tokens) else { return nil }
            guard !isWitness(keyword, in: file.tokens), !onlyCopies(keyword, in: file.tokens) else { return nil }
            let first = firstLine(ofBlockWith: access.line, in: file)
            if file.comment(above: first)?.isDocumentation == true { return nil }
            let kind = file.tokens[keyword].text
            let name = kind == "init" || kind == "subscript" ? "" : " " + file.tokens[keyword + 1].text
            return Violation(file, access.line, "`\(access.text) \(kind)\(name)` has no doc comment")
        }
    }

    /// Where the unbroken block of one-line declarations starts to which a line belongs: they share a doc comment.
    private static func firstLine(ofBlockWith line: Int, in file: SourceFile) -> Int {
        func isWhole(_ line: Int) -> Bool {
            let text = file.lines[line - 1].drop { $0 == " " }
            return text.hasPrefix("package ") && (!text.contains("{") || text.hasSuffix("}"))
        }
        var first = line
        while isWhole(first), first > 1, isWhole(first - 1) { first -= 1 }
        return first
    }

    private static let modifiers: Set<String> = [
        "static", "final", "mutating", "nonmutating", "nonisolated", "override", "convenience", "required",
        "indirect", "borrowing", "consuming", "prefix", "postfix", "infix",
    ]

    /// The place of the word that says what is declared, or nil where that needs no doc comment.
    private static func declarationKeyword(after access: Int, in tokens: [Token]) -> Int? {
        var place = access + 1
        while place < tokens.count {
            let token = tokens[place]
            if token.isWord("nonisolated"), place + 3 < tokens.count, tokens[place + 1].isMark("(") {
                place += 4
            } else if token.kind == .word, modifiers.contains(token.text) {
                place += 1
            } else if token.isWord("class"), place + 1 < tokens.count, tokens[place + 1].isWord("func") {
                place += 1
            } else {
                break
            }
        }
        let declared: Set<String> = [
            "struct", "enum", "class", "actor", "protocol", "typealias", "func", "init", "subscript",
        ]
        guard place + 1 < tokens.count, tokens[place].kind == .word, declared.contains(tokens[place].text) else {
            return nil
        }
        return place
    }

    /// Whether it is a requirement of `Equatable`, `Comparable`, `Hashable` or `Codable`.
    private static func isWitness(_ keyword: Int, in tokens: [Token]) -> Bool {
        let next = tokens[(keyword + 1)...].prefix(3).map(\.text)
        switch tokens[keyword].text {
        case "init": return next == ["(", "from", "decoder"]
        case "func":
            return next.first == "<" || next.first == "=" || next == ["hash", "(", "into"]
                || next == ["encode", "(", "to"]
        default: return false
        }
    }

    /// Whether it is an initialiser whose body gives each value to the property of that name and does nothing else.
    private static func onlyCopies(_ keyword: Int, in tokens: [Token]) -> Bool {
        guard tokens[keyword].isWord("init"), let body = FunctionScanner.body(of: keyword, in: tokens) else {
            return false
        }
        return tokens[body].dropFirst().dropLast().allSatisfy {
            $0.kind == .word ? $0.text != "try" : $0.isMark(".") || $0.isMark("=")
        }
    }
}
