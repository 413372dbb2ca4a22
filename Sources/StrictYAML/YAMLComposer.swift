internal import Yams

/// Reads a file's text into nodes, within bounds.
///
/// Anchors, aliases, tags, several documents and keys that stand twice are refused: what a file says is what stands in
/// it.
struct YAMLComposer {
    static let bytesMax = 4 * 1024 * 1024
    static let depthMax = 16
    /// Brackets that are open at once, counted without regard to quotes: the parser beneath recurses for each.
    static let bracketsMax = 256

    let file: String

    func root(_ text: String) throws(YAMLFault) -> YAMLNode {
        guard text.utf8.count <= Self.bytesMax else { throw whole("larger than 4 MiB") }
        guard !text.utf8.contains(0) else { throw whole("holds a NUL") }
        try refuseDeepBrackets(text)
        let parser: Parser
        let root: Node?
        do {
            parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            root = try parser.singleRoot()
        } catch let error as YamlError {
            throw fault(error)
        } catch {
            throw whole("cannot be read as YAML")
        }
        // Nodes hold their anchors weakly: only while the parser lives can it be seen that there are some.
        defer { withExtendedLifetime(parser) {} }
        guard let root else { throw whole("is empty") }
        return try node(root, depth: 1)
    }

    private func node(_ node: Node, depth: Int) throws(YAMLFault) -> YAMLNode {
        let line = node.mark?.line ?? 0
        let column = node.mark?.column ?? 0
        guard depth <= Self.depthMax else { throw fault(line, column, "nested more than \(Self.depthMax) deep") }
        guard node.anchor == nil else { throw fault(line, column, "anchors and aliases are not allowed") }
        guard [Tag(.implicit), Tag(.str), Tag(.seq), Tag(.map)].contains(node.tag) else {
            throw fault(line, column, "tags are not allowed")
        }
        switch node {
        case .alias: throw fault(line, column, "anchors and aliases are not allowed")
        case .scalar(let scalar):
            return YAMLNode(
                line: line, column: column, content: .scalar(scalar.string, isPlain: scalar.style == .plain))
        case .sequence(let sequence):
            var elements: [YAMLNode] = []
            for element in sequence { elements.append(try self.node(element, depth: depth + 1)) }
            return YAMLNode(line: line, column: column, content: .sequence(elements))
        case .mapping(let mapping):
            return YAMLNode(line: line, column: column, content: .mapping(try members(mapping, depth: depth)))
        }
    }

    private func members(_ mapping: Node.Mapping, depth: Int) throws(YAMLFault) -> [YAMLNode.Member] {
        var members: [YAMLNode.Member] = []
        var keys: Set<[UInt8]> = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? 0
            let column = key.mark?.column ?? 0
            guard key.anchor == nil else { throw fault(line, column, "anchors and aliases are not allowed") }
            guard case .scalar(let scalar) = key else { throw fault(line, column, "a key must be a name") }
            guard keys.insert(Array(scalar.string.utf8)).inserted else {
                throw fault(line, column, "the key `\(Self.shown(scalar.string))` stands twice")
            }
            members.append(
                .init(key: scalar.string, line: line, column: column, value: try node(value, depth: depth + 1)))
        }
        return members
    }

    private func refuseDeepBrackets(_ text: String) throws(YAMLFault) {
        var depth = 0
        var line = 1
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            case UInt8(ascii: "\n"): line += 1
            default: break
            }
            guard depth <= Self.bracketsMax else { throw fault(line, 1, "too many open brackets") }
        }
    }

    /// The parser's own words without the text of the file, which its errors carry.
    private func fault(_ error: YamlError) -> YAMLFault {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            fault(mark.line, mark.column, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            fault(
                context.mark.line, context.mark.column,
                "the key `\(Self.shown(duplicates.first ?? ""))` stands twice")
        case .reader(let problem, _, _, _): whole(problem)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            whole("cannot be read as YAML")
        }
    }

    private func fault(_ line: Int, _ column: Int, _ message: String) -> YAMLFault {
        YAMLFault(file: file, line: line, column: column, message: message)
    }

    private func whole(_ message: String) -> YAMLFault { fault(0, 0, message) }

    /// A key as it may be shown: cut, and nothing but visible ASCII (T41).
    static func shown(_ key: String) -> String {
        String(decoding: key.utf8.prefix(64).map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
