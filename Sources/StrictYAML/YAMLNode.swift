/// One value of a file with its place.
struct YAMLNode: Sendable {
    enum Content: Sendable {
        /// Text as it was meant; `isPlain` where it stood without quotes and not as a block.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Member])
    }

    struct Member: Sendable {
        let key: String
        let line: Int
        let column: Int
        let value: YAMLNode
    }

    let line: Int
    let column: Int
    let content: Content

    /// Nothing, `~` or `null` without quotes.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What it is, for messages.
    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// A whole number in its one form: no sign but `-`, no leading zeros, no underscores, no other base.
    var integer: Int64? {
        guard case .scalar(let text, isPlain: true) = content, let value = Int64(text), String(value) == text else {
            return nil
        }
        return value
    }

    var flag: Bool? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        return switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// Text; without quotes only where nobody could read it as a number, a truth value or nothing.
    var string: String? {
        guard case .scalar(let text, let isPlain) = content else { return nil }
        return isPlain && Self.isAmbiguous(text) ? nil : text
    }

    /// Whether some reader of YAML 1.1 or 1.2 takes this plain scalar for something else than text.
    private static func isAmbiguous(_ text: String) -> Bool {
        let words = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".nan", ".inf", "-.inf"]
        let lowered = text.lowercased()
        return words.contains(lowered) || Double(text) != nil || Int64(text) != nil
    }
}
