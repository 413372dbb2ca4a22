/// What `Package.swift` says of targets and what each may import, read from its text.
///
/// A target is an element of the argument `targets:`: a call whose first string is the name, and whose list without a
/// label, or labelled `dependencies`, holds names of targets, constants, or `.product(name:…)`. Lists may be joined by
/// `+` and may be constants themselves.
struct PackageManifest: Sendable {
    struct Target: Equatable, Sendable {
        let name: String
        /// Names of our targets, and of products, which here are the names of their modules too.
        let dependencies: [String]
        /// The name of the function that makes it: `ours`, `program`, `.testTarget` without the dot.
        let maker: String
    }

    let targets: [Target]
    private let constants: [String: [String]]

    init(_ text: String) {
        let tokens = SourceLexer(text).tokens[...]
        constants = Self.constants(in: tokens)
        var targets: [Target] = []
        if let list = Self.list(labelled: "targets", in: tokens) {
            for element in Self.split(list) {
                if let target = Self.target(element, constants: constants) { targets.append(target) }
            }
        }
        self.targets = targets
    }

    func target(named name: String) -> Target? { targets.first { $0.name == name } }

    /// Every `let name: … = value` whose value names dependencies.
    private static func constants(in tokens: ArraySlice<Token>) -> [String: [String]] {
        var constants: [String: [String]] = [:]
        for place in tokens.indices where tokens[place].isWord("let") && place + 1 < tokens.endIndex {
            guard let equals = tokens[place...].firstIndex(where: { $0.isMark("=") }) else { continue }
            let rest = tokens[(equals + 1)...]
            let end = rest.dropFirst().firstIndex { token in
                token.isWord("let") || token.isWord("func") || token.isMark("}")
            }
            constants[tokens[place + 1].text] = names(in: rest[..<(end ?? rest.endIndex)], constants: constants)
        }
        return constants
    }

    private static func target(_ element: ArraySlice<Token>, constants: [String: [String]]) -> Target? {
        guard let open = element.firstIndex(where: { $0.isMark("(") }), open > element.startIndex,
            let name = element.first(where: { $0.kind == .string })
        else { return nil }
        var dependencies: [String] = []
        for argument in split(element[(open + 1)..<max(open + 1, element.endIndex - 1)]).dropFirst() {
            var value = argument
            if value.count > 1, value.dropFirst().first?.isMark(":") == true {
                guard value.first?.isWord("dependencies") == true else { continue }
                value = value.dropFirst(2)
            }
            dependencies += names(in: value, constants: constants)
        }
        return Target(name: name.text, dependencies: dependencies, maker: element[open - 1].text)
    }

    /// The dependencies that an expression names: strings, products by name, constants by their value.
    private static func names(in value: ArraySlice<Token>, constants: [String: [String]]) -> [String] {
        var names: [String] = []
        var place = value.startIndex
        while place < value.endIndex {
            let token = value[place]
            if token.isMark("."), place + 1 < value.endIndex, let close = closing(of: place + 2, in: value) {
                if let name = value[place...close].first(where: { $0.kind == .string }) { names.append(name.text) }
                place = close
            } else if token.kind == .string {
                names.append(token.text)
            } else if token.kind == .word, let constant = constants[token.text] {
                names += constant
            }
            place += 1
        }
        return names
    }

    private static func list(labelled label: String, in tokens: ArraySlice<Token>) -> ArraySlice<Token>? {
        for place in tokens.indices where tokens[place].isWord(label) && place + 2 < tokens.endIndex {
            guard tokens[place + 1].isMark(":"), tokens[place + 2].isMark("[") else { continue }
            // `products:` have lists of the same name, each inside a call.
            guard let close = closing(of: place + 2, in: tokens) else { continue }
            let inside = tokens[(place + 3)..<close]
            if inside.contains(where: { $0.isMark("(") }) { return inside }
        }
        return nil
    }

    /// Splits at the commas that stand in no bracket.
    private static func split(_ tokens: ArraySlice<Token>) -> [ArraySlice<Token>] {
        var parts: [ArraySlice<Token>] = []
        var depth = 0
        var start = tokens.startIndex
        for place in tokens.indices {
            let token = tokens[place]
            if token.isMark("(") || token.isMark("[") { depth += 1 }
            if token.isMark(")") || token.isMark("]") { depth -= 1 }
            if token.isMark(","), depth == 0 {
                parts.append(tokens[start..<place])
                start = place + 1
            }
        }
        parts.append(tokens[start...])
        return parts.filter { !$0.isEmpty }
    }

    /// The place of the bracket that closes the one at `open`, or nil where there is none.
    private static func closing(of open: Int, in tokens: ArraySlice<Token>) -> Int? {
        guard open < tokens.endIndex, tokens[open].isMark("(") || tokens[open].isMark("[") else { return nil }
        var depth = 0
        for place in open..<tokens.endIndex {
            if tokens[place].isMark("(") || tokens[place].isMark("[") { depth += 1 }
            if tokens[place].isMark(")") || tokens[place].isMark("]") { depth -= 1 }
            if depth == 0 { return place }
        }
        return nil
    }
}
