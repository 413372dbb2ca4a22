/// Every file of the corpus once through its parser.
enum Replay {
    static func run(_ arguments: [String]) async throws(FuzzFault) -> Int32 {
        guard (1...2).contains(arguments.count) else { throw FuzzFault(FuzzProgram.usage) }
        let folder = CorpusFolder(path: arguments[0])
        let strangers = try folder.strangers()
        guard strangers.isEmpty else { throw FuzzFault("no such targets: \(strangers.joined(separator: ", "))") }
        var inputCount = 0
        var failures: [String] = []
        for target in FuzzTarget.all where arguments.count == 1 || arguments[1] == target.name {
            let inputs = try folder.inputs(of: target)
            if inputs.isEmpty { failures.append("\(target.name): no samples") }
            for input in inputs {
                inputCount += 1
                // Said first: where a parser traps, the last line names the input.
                if arguments.count == 2 { print("\(target.name)/\(input.name)", terminator: ": ") }
                do throws(BrokenPromise) {
                    let verdict = try await judge(target, input.name, input.bytes)
                    if arguments.count == 2 { print(verdict) }
                } catch {
                    failures.append("\(target.name)/\(input.name): \(error)")
                }
            }
        }
        for failure in failures { print("✗ \(failure)") }
        print("\(inputCount) inputs, \(failures.count) failures")
        return failures.isEmpty && inputCount > 0 ? 0 : 1
    }

    /// A sample named `valid-…` must be accepted, and every other one refused: a parser that took everything, or
    /// nothing, would keep its promises.
    private static func judge(
        _ target: FuzzTarget, _ name: String, _ bytes: [UInt8]
    ) async throws(BrokenPromise) -> Verdict {
        try require(bytes.count <= target.bytesMax, "no sample is longer than the target's limit")
        let verdict = try await target.check(bytes)
        let isValid = name.hasPrefix("valid-")
        try require(verdict.isAccepted == isValid, "a sample named \(isValid ? "" : "not ")valid was \(verdict)")
        return verdict
    }
}
