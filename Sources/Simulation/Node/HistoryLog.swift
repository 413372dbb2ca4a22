internal import Logging

/// What a node logs as a warning or worse stands in the history, where it explains what follows.
struct HistoryLog: LogHandler {
    let history: History
    let name: String
    var logLevel: Logger.Level = .warning
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        history.note("\(name) logs: \(event.message)\(all.map { " \($0.key)=\($0.value)" }.joined())")
    }
}
