/// One word, mark or literal of source text. Comments are no tokens, and of a string only what it interpolates is code.
struct Token: Equatable {
    enum Kind: Equatable {
        /// A name, keyword or number; names in backticks keep them, so that they are never taken for keywords.
        case word
        /// One character of punctuation.
        case mark
        /// A string literal; the token's text is its content without interpolations.
        case string
        /// A regular expression literal.
        case pattern
    }

    let kind: Kind
    let text: String
    let line: Int
    /// Whether white space or a comment stands before it.
    let spaced: Bool

    func isWord(_ text: String) -> Bool { kind == .word && self.text == text }

    func isMark(_ text: String) -> Bool { kind == .mark && self.text == text }
}

/// One comment, from its first to its last line.
struct Comment: Equatable {
    let line: Int
    let lastLine: Int
    /// Whether it starts with `///` or `/**`.
    let isDocumentation: Bool
    let text: String
}
