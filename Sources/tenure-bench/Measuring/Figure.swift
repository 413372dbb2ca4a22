internal import Foundation

/// One measured figure as `--json` writes it (CONTRACT, section 4).
struct Figure: Encodable {
    let name: String
    /// The median of the runs.
    let value: Double
    let unit: String
    let minimum: Double
    let maximum: Double
    let runs: Int
    /// What the figure is held against, measured in the same run and unit; nil where there is nothing.
    let limit: Double?
    let limitName: String?
    let ratio: Double?
    /// What is asked of it; nil where it stands for information.
    let goal: String?
    let met: Bool?
    /// What a reader must know besides.
    let note: String?

    init(
        _ name: String, _ values: Spread, _ unit: String, limit: (value: Double, name: String)? = nil,
        goal: (text: String, met: Bool)? = nil, note: String? = nil
    ) {
        self.name = name
        value = values.median
        self.unit = unit
        minimum = values.minimum
        maximum = values.maximum
        runs = values.count
        self.limit = limit?.value
        limitName = limit?.name
        ratio = limit.map { $0.value > 0 ? values.median / $0.value : 0 }
        self.goal = goal?.text
        met = goal?.met
        self.note = note
    }

    enum CodingKeys: String, CodingKey {
        case name, value, unit, minimum, maximum, runs, limit
        case limitName = "limit_name"
        case ratio, goal, met, note
    }

    /// One line of the table.
    var line: String {
        var line = name.padding(toLength: 26, withPad: " ", startingAt: 0) + Self.rounded(value) + " " + unit
        line += " (\(Self.rounded(minimum)) to \(Self.rounded(maximum)))"
        if let limit, let limitName, let ratio {
            line += ", \(Self.rounded(ratio)) × \(Self.rounded(limit)) of \(limitName)"
        }
        if let goal, let met { line += met ? "; ✓ \(goal)" : "; ✗ \(goal)" }
        return note.map { line + "\n    " + $0 } ?? line
    }

    static func rounded(_ value: Double) -> String {
        value >= 1000 ? String(format: "%.0f", value) : String(format: value >= 10 ? "%.1f" : "%.2f", value)
    }
}

/// Several runs of one measurement.
struct Spread {
    private let sorted: [Double]

    /// - Precondition: at least one value.
    init(_ values: [Double]) {
        precondition(!values.isEmpty, "a spread has a median")
        sorted = values.sorted()
    }

    /// The spread of something made of each value.
    func map(_ change: (Double) -> Double) -> Spread { Spread(sorted.map(change)) }

    var count: Int { sorted.count }
    var minimum: Double { sorted[0] }
    var maximum: Double { sorted[sorted.count - 1] }
    /// The middle one; the lower of the two in the middle of an even count.
    var median: Double { sorted[(sorted.count - 1) / 2] }

    var text: String {
        "\(Figure.rounded(median)) (\(Figure.rounded(minimum)) to \(Figure.rounded(maximum)))"
    }
}

/// The whole report.
struct Report: Encodable {
    let machine: String
    let openssl: String
    let commit: String
    let figures: [Figure]

    init(machine: Machine, figures: [Figure]) {
        self.machine = machine.name
        openssl = machine.openssl
        commit = machine.commit
        self.figures = figures
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }
}
