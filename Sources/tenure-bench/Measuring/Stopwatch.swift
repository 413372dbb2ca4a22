internal import Foundation

/// Processor time and wall time of a piece of work in this process.
struct Stopwatch {
    private let processor = clock()
    private let start = ContinuousClock.now

    /// Microseconds of processor time since the start, of all threads.
    var processorMicroseconds: Double { Double(clock() - processor) * 1e6 / Double(CLOCKS_PER_SEC) }

    /// Microseconds since the start.
    var wallMicroseconds: Double { (ContinuousClock.now - start) / .microseconds(1) }

    /// Microseconds of processor time that one call takes, several runs of it, after one that does not count.
    static func perCall(runs: Int, calls: Int, _ body: () throws -> Void) rethrows -> Spread {
        for _ in 0..<max(calls / 10, 1) { try body() }
        var values: [Double] = []
        for _ in 0..<runs {
            let watch = Stopwatch()
            for _ in 0..<calls { try body() }
            values.append(watch.processorMicroseconds / Double(calls))
        }
        return Spread(values)
    }
}
