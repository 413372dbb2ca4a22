internal import Storage
internal import TenureModel

/// How long it takes to revoke all that one identity holds, by one mark.
enum RevocationFigures {
    static func measure(_ context: MeasuringContext) async throws -> [Figure] {
        let population = try await Population.make(path: context.scratch.file("revocation.sqlite"))
        let many = UInt64(context.count(100_000))
        let year: Int64 = 365 * 86_400
        try await population.fill(1000..<(1000 + many), requesters: 256, of: 1, endsAfter: year)
        try await population.fill(100..<110, requesters: 1, of: 2, endsAfter: year)
        let ledger = Ledger(population.engine, origin: "example.org/tenure/9f3a01bc")
        var few: [Double] = []
        var all: [Double] = []
        var counts: [Double] = []
        var number: UInt64 = 10
        for _ in 0..<(context.runs * 5) {
            // In turn, so that neither has the quieter disk.
            for place in [2, 1] {
                let reference = LineageReference(.identity, population.workload(place).number)
                let watch = Stopwatch()
                try await population.revoke([reference], number: number)
                number += 1
                if place == 1 {
                    all.append(watch.wallMicroseconds / 1000)
                } else {
                    few.append(watch.wallMicroseconds / 1000)
                }
            }
            let watch = Stopwatch()
            let found = try await ledger.liveCount(of: population.workload(1), at: Population.now, max: 1_000_000)
            counts.append(watch.wallMicroseconds / 1000)
            guard found == Int64(many) else { throw BenchFault("\(found) credentials live, not \(many)") }
        }
        try await population.close()
        let limit = Spread(few).median
        return [
            Figure(
                "revoke-\(many)", Spread(all), "ms", limit: (limit, "an identity with 10 credentials"),
                goal: ("≤ 2 × limit", Spread(all).median <= 2 * limit), note: "one mark, until it is durable"),
            Figure("count-\(many)", Spread(counts), "ms", note: "counting what the mark killed, beside it"),
        ]
    }
}
