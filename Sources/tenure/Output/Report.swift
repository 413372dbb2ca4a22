/// Text for people: lines, rows of label and value, tables.
struct Report {
    private(set) var text = ""

    /// A sentence.
    mutating func line(_ sentence: String) {
        text += Printable.text(sentence) + "\n"
    }

    /// A label and what it says; left out where there is nothing to say.
    mutating func row(_ label: String, _ value: String?) {
        guard let value else { return }
        text += Self.padded(label, to: 16) + " " + Printable.text(value) + "\n"
    }

    /// A label and a list.
    mutating func row(_ label: String, _ values: [String]?) {
        guard let values, !values.isEmpty else { return }
        row(label, values.joined(separator: ", "))
    }

    mutating func row(_ label: String, _ value: Int64?) {
        row(label, value.map { String($0) })
    }

    /// Columns as wide as what they hold.
    mutating func table(_ headers: [String], _ rows: [[String?]]) {
        let cells = [headers.map { $0.uppercased() }] + rows.map { $0.map { Printable.text($0 ?? "-") } }
        var widths = [Int](repeating: 0, count: headers.count)
        for row in cells {
            for (place, cell) in row.enumerated() where place < widths.count {
                widths[place] = max(widths[place], cell.count)
            }
        }
        for row in cells {
            var line = ""
            for (place, cell) in row.enumerated() where place < widths.count {
                line += place == widths.count - 1 ? cell : Self.padded(cell, to: widths[place]) + "  "
            }
            text += line + "\n"
        }
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
