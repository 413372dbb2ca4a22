internal import ArgumentParser
internal import Foundation

/// How results are shown.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(
        help: ArgumentHelp(
            "text or json; by default text on a terminal and JSON elsewhere.", valueName: "format"))
    var output: Format?

    /// The format of a result that is a table or a report.
    var format: Format { output ?? (ProcessGuard.writesToTerminal ? .text : .json) }

    /// The format of a result that is a document in itself, as a token: text, wherever it goes.
    var documentFormat: Format { output ?? .text }

    /// Writes a result to standard output.
    func show(_ answer: some Encodable, text: (inout Report) -> Void) throws {
        try show(answer, as: format, text: text)
    }

    /// Writes a document to standard output as it is, or JSON where JSON was asked for.
    func showDocument(_ answer: some Encodable, document: String) throws {
        switch documentFormat {
        case .json: try show(answer, as: .json) { _ in }
        case .text: Results.write(document.hasSuffix("\n") ? document : document + "\n")
        }
    }

    private func show(_ answer: some Encodable, as format: Format, text: (inout Report) -> Void) throws {
        switch format {
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Results.write(String(decoding: try encoder.encode(answer), as: UTF8.self) + "\n")
        case .text:
            var report = Report()
            text(&report)
            Results.write(report.text)
        }
    }
}
