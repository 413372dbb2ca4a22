internal import Glibc
internal import Logging
internal import TenureModel

/// Writes one record a line to standard error, as JSON or as text. Every value is escaped and cut, wherever it comes
/// from: a line feed, an escape sequence or a direction mark in a name forges no second record (THREATS, T41).
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: ServerConfiguration.Log.Format

    init(label: String, _ log: ServerConfiguration.Log) {
        self.label = label
        logLevel = log.level
        format = log.format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let line = LogLine(
            at: SystemClock.now().description, level: event.level.rawValue, label: label,
            message: event.message.description,
            values: all.map { (key: $0.key, value: $0.value.description) }.sorted { $0.key < $1.key })
        let bytes = Array((format == .json ? line.json : line.text).utf8) + [UInt8(ascii: "\n")]
        // One call, so that lines of several threads do not mix. That a log cannot be written stops nothing.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// One record.
struct LogLine: Sendable {
    /// The most characters of one value.
    static let valueMax = 1_024
    static let valuesMax = 32

    let at: String
    let level: String
    let label: String
    let message: String
    let values: [(key: String, value: String)]

    var json: String {
        var members = [("at", at), ("level", level), ("logger", label), ("message", message)]
        members += values.prefix(Self.valuesMax).map { ($0.key, $0.value) }
        return "{" + members.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }.joined(separator: ",") + "}"
    }

    var text: String {
        let parts = values.prefix(Self.valuesMax).map { " \(Self.escaped($0.key))=\(Self.quoted($0.value))" }
        return "\(at) \(level) \(Self.escaped(message))" + parts.joined()
    }

    private static func quoted(_ text: String) -> String { "\"" + escaped(text) + "\"" }

    /// Nothing but what a terminal shows and JSON takes as it is.
    static func escaped(_ text: String) -> String {
        var output = ""
        var count = 0
        for scalar in text.unicodeScalars {
            // defence: T41
            guard count < valueMax else { return output + "…" }
            count += 1
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            default:
                // defence: T41 becomes: output.unicodeScalars.append(scalar)
                if isShown(scalar) { output.unicodeScalars.append(scalar) } else { output += code(scalar) }
            }
        }
        return output
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func code(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}

/// Keys of log records.
enum LogKey {
    static let cause = "cause"
    static let data = "data"
    static let end = "end"
    static let kind = "kind"
    static let profile = "profile"
    static let url = "url"
}
