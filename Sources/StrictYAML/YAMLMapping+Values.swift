extension YAMLMapping {
    /// Text. What could be read as a number or a truth value must stand in quotes.
    package func string(_ key: String) throws(YAMLFault) -> String? {
        guard let node = node(key) else { return nil }
        guard let text = node.string else {
            if case .scalar = node.content { throw fault(key, "must be text: put it in quotes") }
            throw fault(key, "must be text, and is \(node.kind)")
        }
        return text
    }

    /// Text that must be there.
    package func requiredString(_ key: String) throws(YAMLFault) -> String {
        guard let text = try string(key) else { throw missing(key) }
        return text
    }

    /// A whole number in its one form: no sign but `-`, no leading zeros, no other base.
    package func int64(_ key: String) throws(YAMLFault) -> Int64? {
        guard let node = node(key) else { return nil }
        guard let value = node.integer else { throw fault(key, "must be a whole number") }
        return value
    }

    /// A whole number that must be there.
    package func requiredInt64(_ key: String) throws(YAMLFault) -> Int64 {
        guard let value = try int64(key) else { throw missing(key) }
        return value
    }

    /// `true` or `false`.
    package func bool(_ key: String) throws(YAMLFault) -> Bool? {
        guard let node = node(key) else { return nil }
        guard let value = node.flag else { throw fault(key, "must be true or false") }
        return value
    }

    /// A list of texts; a single text is no list.
    package func strings(_ key: String) throws(YAMLFault) -> [String]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let elements) = node.content else {
            throw fault(key, "must be a list, and is \(node.kind)")
        }
        var texts: [String] = []
        for (place, element) in elements.enumerated() {
            guard let text = element.string else {
                throw YAMLFault(
                    file: file, line: element.line, column: element.column,
                    message: "`\(pathTo(key))[\(place)]` must be text: put it in quotes")
            }
            texts.append(text)
        }
        return texts
    }

    /// A list of texts that must be there.
    package func requiredStrings(_ key: String) throws(YAMLFault) -> [String] {
        guard let texts = try strings(key) else { throw missing(key) }
        return texts
    }

    /// A mapping inside this one.
    package func mapping(_ key: String) throws(YAMLFault) -> YAMLMapping? {
        guard let node = node(key) else { return nil }
        return try YAMLMapping(file: file, path: pathTo(key), node: node)
    }

    /// A mapping that must be there.
    package func requiredMapping(_ key: String) throws(YAMLFault) -> YAMLMapping {
        guard let mapping = try mapping(key) else { throw missing(key) }
        return mapping
    }

    /// A list of mappings.
    package func mappings(_ key: String) throws(YAMLFault) -> [YAMLMapping]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let elements) = node.content else {
            throw fault(key, "must be a list, and is \(node.kind)")
        }
        var mappings: [YAMLMapping] = []
        for (place, element) in elements.enumerated() {
            mappings.append(try YAMLMapping(file: file, path: "\(pathTo(key))[\(place)]", node: element))
        }
        return mappings
    }

    /// A single value of any kind.
    package enum Scalar: Hashable, Sendable {
        case text(String)
        case number(Int64)
        case flag(Bool)
    }

    /// A single value: a whole number or a truth value where it stands so, else text.
    package func scalar(_ key: String) throws(YAMLFault) -> Scalar? {
        guard let node = node(key) else { return nil }
        if let number = node.integer { return .number(number) }
        if let flag = node.flag { return .flag(flag) }
        guard let text = node.string else { throw fault(key, "must be text, a whole number, true or false") }
        return .text(text)
    }
}
