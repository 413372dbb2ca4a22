/// The `iss` of tokens: 1 to 255 visible ASCII characters but `"` and `\`, compared byte for byte.
package struct TokenIssuer: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Takes the broker's address, such as `https://tenure.example.org`; nil for anything that needs an escape.
    package init?(_ text: String) {
        guard (1...255).contains(text.utf8.count) else { return nil }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else { return nil }
        self.text = text
    }

    package var description: String { text }
}
