internal import Foundation

/// Standard output: results and nothing else.
enum Results {
    static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}

/// Standard error: what people are told.
enum Diagnostics {
    static func say(_ message: String) {
        write("tenure: " + Printable.lines(message) + "\n")
    }

    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// Text of others as a terminal may show it (T41): what moves a cursor or turns the direction of writing is escaped.
enum Printable {
    private static let cut = 2000

    static func text(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(cut) {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                // defence: T41 becomes: shown.append(scalar)
                shown.append(contentsOf: ("\\u{" + String(scalar.value, radix: 16) + "}").unicodeScalars)
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// The same with line ends kept.
    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { self.text(String($0)) }
            .joined(separator: "\n")
    }
}
