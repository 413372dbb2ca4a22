internal import Foundation

/// Feeds bytes to every parser of outside bytes.
@main
struct FuzzProgram {
    static let usage = """
        usage: tenure-fuzz replay FOLDER [TARGET]
                   every file of FOLDER/TARGET/ once through its parser
               tenure-fuzz run FOLDER [--seconds N] [--target T] [--seed S] [--findings DIR] [--json FILE]
                   mutates what is in FOLDER for N seconds (60) in all, and keeps what breaks a parser in DIR
                   (fuzz-findings)
               tenure-fuzz corpus FOLDER
                   writes the samples that are missing in FOLDER
               tenure-fuzz list
                   the targets

        """

    static func main() async {
        var arguments = CommandLine.arguments.dropFirst()
        let status: Int32
        do throws(FuzzFault) {
            switch arguments.popFirst() {
            case "replay": status = try await Replay.run(Array(arguments))
            case "run": status = try FuzzRun.run(Array(arguments))
            case "mutate": status = try await MutationLoop.run(Array(arguments))
            case "corpus": status = try CorpusWriter.run(Array(arguments))
            case "list":
                for target in FuzzTarget.all { print(target.name) }
                status = 0
            default: throw FuzzFault(usage)
            }
        } catch {
            FileHandle.standardError.write(Data((error.message + "\n").utf8))
            status = 2
        }
        exit(status)
    }
}

/// Why the program cannot go on; nothing about a parser.
struct FuzzFault: Error {
    let message: String

    init(_ message: String) { self.message = message }

    /// Does what may fail with any error, and says what it was.
    static func wrap<Value>(_ what: String, _ body: () throws -> Value) throws(FuzzFault) -> Value {
        do { return try body() } catch { throw FuzzFault("\(what): \(error)") }
    }
}

/// `--name value` pairs after the first words.
struct Options {
    private(set) var words: [String] = []
    private var values: [String: String] = [:]

    init(_ arguments: [String], known: [String]) throws(FuzzFault) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            guard known.contains(argument), let value = rest.popFirst() else { throw FuzzFault(FuzzProgram.usage) }
            values[argument] = value
        }
    }

    subscript(name: String) -> String? { values[name] }

    func number(_ name: String, default value: UInt64) throws(FuzzFault) -> UInt64 {
        guard let text = values[name] else { return value }
        guard let number = UInt64(text) else { throw FuzzFault("\(name) takes a whole number") }
        return number
    }
}
