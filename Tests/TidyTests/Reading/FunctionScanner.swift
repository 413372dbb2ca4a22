/// Finds the functions of a file by counting brackets: functions, initialisers, subscripts, computed properties, and in
/// C every block that follows a closing parenthesis at the outermost level.
enum FunctionScanner {
    struct Function: Equatable {
        let name: String
        let firstLine: Int
        let lastLine: Int
        var lineCount: Int { lastLine - firstLine + 1 }
    }

    static func functions(in file: SourceFile) -> [Function] {
        file.isSwift ? swiftFunctions(file.tokens) : cFunctions(file.tokens)
    }

    /// The places of the braces around the body of the declaration whose keyword stands at `place`; nil where it has no
    /// body, as in a protocol.
    static func body(of place: Int, in tokens: [Token]) -> ClosedRange<Int>? {
        var depth = 0
        for next in (place + 1)..<max(place + 1, tokens.count) {
            let token = tokens[next]
            if token.isMark("(") || token.isMark("[") { depth += 1 }
            if token.isMark(")") || token.isMark("]") { depth -= 1 }
            guard depth >= 0 else { return nil }
            guard depth == 0 else { continue }
            if token.isMark("{") { return closingBrace(of: next, in: tokens).map { next...$0 } }
            let opensLine = token.line != tokens[next - 1].line
            if token.isMark("}") || (opensLine && startsDeclaration(token)) { return nil }
            if tokens[place].isWord("var"), token.isMark("=") || opensLine { return nil }
        }
        return nil
    }

    private static let declarationWords: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "static", "struct", "enum", "class", "actor",
        "extension", "protocol", "associatedtype", "typealias", "private", "fileprivate", "internal", "package",
        "public", "mutating", "nonmutating", "nonisolated", "final", "override",
    ]

    private static func startsDeclaration(_ token: Token) -> Bool {
        token.isMark("@") || (token.kind == .word && declarationWords.contains(token.text))
    }

    private static func swiftFunctions(_ tokens: [Token]) -> [Function] {
        tokens.indices.compactMap { place in
            guard let name = declaredName(at: place, in: tokens), let body = body(of: place, in: tokens) else {
                return nil
            }
            return Function(name: name, firstLine: tokens[place].line, lastLine: tokens[body.upperBound].line)
        }
    }

    private static func declaredName(at place: Int, in tokens: [Token]) -> String? {
        let token = tokens[place]
        guard token.kind == .word, place + 1 < tokens.count else { return nil }
        let next = tokens[place + 1]
        let follows = place > 0 && tokens[place - 1].isMark(".")
        switch token.text {
        case "func", "var": return next.text
        case "init" where !follows && ["(", "<", "?", "!"].contains(next.text): return token.text
        case "subscript" where !follows && ["(", "<"].contains(next.text): return token.text
        case "deinit" where next.isMark("{"): return token.text
        default: return nil
        }
    }

    private static func cFunctions(_ tokens: [Token]) -> [Function] {
        var functions: [Function] = []
        var place = 0
        while place < tokens.count {
            if tokens[place].isMark("{"), let close = closingBrace(of: place, in: tokens) {
                // `extern "C" {` is not a function.
                if place > 0, tokens[place - 1].isMark(")") {
                    functions.append(
                        Function(name: "C function", firstLine: tokens[place].line, lastLine: tokens[close].line))
                }
                place = close
            }
            place += 1
        }
        return functions
    }

    private static func closingBrace(of open: Int, in tokens: [Token]) -> Int? {
        var depth = 0
        for place in open..<tokens.count {
            if tokens[place].isMark("{") { depth += 1 }
            if tokens[place].isMark("}") { depth -= 1 }
            if depth == 0 { return place }
        }
        return nil
    }
}
