/// One file of `Sources` or `Tests`, split once for all rules.
struct SourceFile: Sendable {
    /// From the package's folder on: `Sources/TenureModel/Name.swift`.
    let path: String
    let lines: [Substring]
    let tokens: [Token]
    let comments: [Comment]
    private let commentByLastLine: [Int: Comment]

    init(path: String, text: String) {
        self.path = path
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
        let lexer = SourceLexer(text, hasCharacterLiterals: !path.hasSuffix(".swift"))
        tokens = lexer.tokens
        comments = lexer.comments
        commentByLastLine = Dictionary(lexer.comments.map { ($0.lastLine, $0) }, uniquingKeysWith: { _, last in last })
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isInSources: Bool { path.hasPrefix("Sources/") }

    /// The folder below `Sources` or `Tests`, which is the target's name.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// The comment that ends on the line before `line`, or before the attributes that stand above it.
    func comment(above line: Int) -> Comment? {
        var above = line - 1
        while above > 0, commentByLastLine[above] == nil, startsWithAttribute(line: above) { above -= 1 }
        guard let comment = commentByLastLine[above], !hasCode(line: comment.line) else { return nil }
        return comment
    }

    /// The places at which the tokens of `pattern` stand one after another. White space makes no difference, but for
    /// `!`, which belongs to the word before it only when it touches it.
    func occurrences(of pattern: String) -> [Token] {
        let wanted = SourceLexer(pattern).tokens
        guard let first = wanted.first, tokens.count >= wanted.count else { return [] }
        return (0...(tokens.count - wanted.count)).compactMap { start in
            guard tokens[start].text == first.text else { return nil }
            let found = tokens[start..<(start + wanted.count)]
            let equal = zip(found, wanted).allSatisfy { token, want in
                token.kind == want.kind && token.text == want.text && !(want.isMark("!") && token.spaced)
            }
            return equal ? tokens[start] : nil
        }
    }

    private func startsWithAttribute(line: Int) -> Bool {
        guard line <= lines.count else { return false }
        return lines[line - 1].drop { $0 == " " }.hasPrefix("@")
    }

    private func hasCode(line: Int) -> Bool {
        guard line <= lines.count else { return false }
        let start = lines[line - 1].drop { $0 == " " }
        return !start.hasPrefix("/") && !start.hasPrefix("*")
    }
}
