internal import Foundation

/// The child: mutates inputs of one target in process, and writes each down before it is tried, so that a trap leaves
/// the bytes that caused it. Its last words say how many inputs it tried.
enum MutationLoop {
    /// An input that keeps a parser busy longer is a finding (T21 asks for 50 ms; the machine may be busy).
    static let patience = Duration.seconds(1)
    private static let poolMax = 512

    /// `mutate FOLDER TARGET SEED SECONDS RECORD`
    static func run(_ arguments: [String]) async throws(FuzzFault) -> Int32 {
        guard arguments.count == 5, let target = FuzzTarget.named(arguments[1]), let seed = UInt64(arguments[2]),
            let seconds = UInt32(arguments[3])
        else { throw FuzzFault(FuzzProgram.usage) }
        endWhereAParserNeverReturns(after: seconds + 30)
        let samples = try CorpusFolder(path: arguments[0]).inputs(of: target).map(\.bytes)
        let record = try FuzzFault.wrap(arguments[4]) {
            _ = FileManager.default.createFile(atPath: arguments[4], contents: nil)
            return try FileHandle(forWritingTo: URL(fileURLWithPath: arguments[4]))
        }
        var loop = Loop(target: target, record: record, mutator: Mutator(seed: seed, bytesMax: target.bytesMax))
        for sample in samples where !(try await loop.attempt(sample)) { return 3 }
        loop.pool = samples.isEmpty ? [[]] : samples
        let end = ContinuousClock.now + .seconds(Int64(seconds))
        while ContinuousClock.now < end {
            for _ in 0..<64 {
                let input = loop.mutator.next(from: loop.pool)
                guard try await loop.attempt(input) else { return 3 }
            }
        }
        return 0
    }

    /// The runtime blocks the signal, so that it must be let through first.
    private static func endWhereAParserNeverReturns(after seconds: UInt32) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGALRM)
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        alarm(seconds)
    }

    private struct Loop {
        let target: FuzzTarget
        let record: FileHandle
        var mutator: Mutator
        var pool: [[UInt8]] = []
        private var verdicts: Set<Verdict> = []
        private var executions = 0

        init(target: FuzzTarget, record: FileHandle, mutator: Mutator) {
            self.target = target
            self.record = record
            self.mutator = mutator
        }

        /// Tries one input; false where a promise was broken, which has been said by then.
        mutating func attempt(_ input: [UInt8]) async throws(FuzzFault) -> Bool {
            executions += 1
            try FuzzFault.wrap("the record") {
                try record.seek(toOffset: 0)
                try record.write(contentsOf: Data(Record(executions: executions, input: input).encoded))
            }
            let start = ContinuousClock.now
            do throws(BrokenPromise) {
                let verdict = try await target.check(input)
                guard ContinuousClock.now - start < patience else {
                    throw BrokenPromise("an input is judged within a second")
                }
                // A new way through the parser: worth going on from.
                if verdicts.insert(verdict).inserted, pool.count < poolMax { pool.append(input) }
                return true
            } catch {
                print("broken promise: \(error)")
                return false
            }
        }
    }
}

/// What the child writes down before each input: both counts in decimal, then the input.
struct Record {
    let executions: Int
    let input: [UInt8]

    init(executions: Int, input: [UInt8]) {
        self.executions = executions
        self.input = input
    }

    var encoded: [UInt8] { Array("\(executions) \(input.count)\n".utf8) + input }

    /// Nil for what no child wrote whole. Bytes of longer inputs before it may follow.
    init?(encoded: [UInt8]) {
        guard let lineEnd = encoded.firstIndex(of: 0x0A) else { return nil }
        let numbers = String(decoding: encoded[..<lineEnd], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 2, (0...(encoded.count - lineEnd - 1)).contains(numbers[1]) else { return nil }
        executions = numbers[0]
        input = Array(encoded[(lineEnd + 1)..<(lineEnd + 1 + numbers[1])])
    }
}
