internal import Foundation

/// What it costs to make credentials durable, and how many share a sync.
enum RecordingFigures {
    static func measure(_ context: MeasuringContext) async throws -> [Figure] {
        let syncs = try syncsPerSecond(context)
        let population = try await Population.make(path: context.scratch.file("recording.sqlite"))
        var next: UInt64 = 1000
        // The log grows to its working size first: appending to a new file costs more syncs than writing over it.
        try await population.fill(next..<(next + 20_000), requesters: 256)
        next += 20_000
        var figures = [
            Figure("fsync", syncs, "a second", note: "fdatasync after 4 KiB over an existing file, same filesystem")
        ]
        for requesters in [1, 8, 64, 256] {
            let count = UInt64(context.count(requesters == 1 ? 2000 : 20_000))
            var rates: [Double] = []
            var costs: [Double] = []
            var shares: [Double] = []
            for _ in 0..<context.runs {
                let commits = population.engine.commitCount
                let watch = Stopwatch()
                try await population.fill(next..<(next + count), requesters: requesters)
                next += count
                rates.append(Double(count) / watch.wallMicroseconds * 1e6)
                costs.append(watch.processorMicroseconds / Double(count))
                shares.append(Double(count) / Double(max(population.engine.commitCount - commits, 1)))
            }
            let goal: (String, Bool)? = requesters == 64 ? ("≥ 20", Spread(shares).median >= 20) : nil
            figures += [
                Figure("recorded-\(requesters)", Spread(rates), "a second", limit: (syncs.median, "fsync alone")),
                Figure("recorded-\(requesters)-cpu", Spread(costs), "µs CPU a credential"),
                Figure("recorded-\(requesters)-share", Spread(shares), "credentials a commit", goal: goal),
            ]
        }
        try await population.close()
        return figures
    }

    /// A raw loop on the same filesystem.
    private static func syncsPerSecond(_ context: MeasuringContext) throws -> Spread {
        let path = context.scratch.file("fsync")
        let count = 256
        _ = FileManager.default.createFile(atPath: path, contents: Data(count: 4096 * count))
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.synchronize()
        let page = Data(repeating: 7, count: 4096)
        var rates: [Double] = []
        for _ in 0..<context.runs {
            let watch = Stopwatch()
            for place in 0..<count {
                try file.seek(toOffset: UInt64(place * 4096))
                try file.write(contentsOf: page)
                guard fdatasync(file.fileDescriptor) == 0 else { throw BenchFault("fdatasync failed") }
            }
            rates.append(Double(count) / watch.wallMicroseconds * 1e6)
        }
        try file.close()
        return Spread(rates)
    }
}
