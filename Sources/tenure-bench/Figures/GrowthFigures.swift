/// What an installation costs as it grows: processor time a credential while there are more and more of them, and the
/// start with many identities.
enum GrowthFigures {
    private static let requesters = 64
    private static let identityCount = 100_000

    static func measure(_ context: MeasuringContext) async throws -> [Figure] {
        try await credentials(context) + [try await identities(context)]
    }

    /// All of them are recorded as issuance records them, 256 at a time.
    private static func credentials(_ context: MeasuringContext) async throws -> [Figure] {
        let path = context.scratch.file("growth.sqlite")
        let population = try await Population.make(path: path)
        let sizes: [UInt64] = context.isQuick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000, 10_000_000]
        let count = UInt64(context.count(10_000))
        var next: UInt64 = 1_000
        var recorded: UInt64 = 0
        var figures: [Figure] = []
        for size in sizes {
            // Many runs at a small size may already have passed the next one.
            let missing = size > recorded ? size - recorded : 0
            try await population.fill(next..<(next + missing), requesters: 256, endsAfter: 365 * 86_400)
            next += missing
            recorded += missing
            var costs: [Double] = []
            for _ in 0..<context.runs {
                let watch = Stopwatch()
                try await population.fill(next..<(next + count), requesters: requesters, endsAfter: 365 * 86_400)
                costs.append(watch.processorMicroseconds / Double(count))
                next += count
                recorded += count
            }
            let cost = Spread(costs)
            let first = figures.first?.value
            let note = "the file has \(try MemoryFigures.fileBytes(path) >> 20) MiB"
            figures.append(
                Figure(
                    "recorded-at-\(size)", cost, "µs CPU a credential",
                    limit: first.map { ($0, "the first size") },
                    goal: first.map { ("≤ 1.3 × limit", cost.median <= 1.3 * $0) }, note: note))
        }
        try await population.close()
        return figures
    }

    private static func identities(_ context: MeasuringContext) async throws -> Figure {
        let path = context.scratch.file("identities.sqlite")
        let population = try await Population.make(path: path)
        let count = context.count(identityCount)
        try await population.addWorkloads(count)
        try await population.close()
        let starts = try (0..<context.runs).map { _ in try MemoryFigures.open(path).seconds }
        return Figure(
            "start-\(count)-identities", Spread(starts), "s", goal: ("≤ 2 s", Spread(starts).median <= 2))
    }
}
