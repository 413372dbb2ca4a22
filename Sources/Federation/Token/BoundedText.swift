/// Text of others made fit for a terminal, a log and an audit entry: visible ASCII and spaces as they are, everything
/// else as `\u{…}`, cut to a length (THREATS, T41).
package enum BoundedText {
    /// Bytes of what is shown, without the dots that mark a cut.
    package static let bytesMax = 200

    /// The text as it may be shown; dots mark where it was cut.
    package static func shown(_ text: String, bytesMax: Int = bytesMax) -> String {
        // Nearly all there is: nothing to rewrite.
        if text.utf8.count <= bytesMax, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            let piece =
                switch scalar.value {
                case 0x20..<0x7F: String(scalar)
                default: "\\u{" + String(scalar.value, radix: 16) + "}"
                }
            count += piece.utf8.count
            if count > bytesMax { return shown + "..." }
            shown += piece
        }
        return shown
    }
}
