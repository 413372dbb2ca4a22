internal import Foundation
internal import Simulation
internal import Testing

@Suite("bugs that are planted")
struct PlantTests {
    @Test("a database that lies is found out within a few seeds", arguments: Lie.allCases)
    func lie(_ lie: Lie) async throws {
        for seed in UInt64(1)...12 where try await !Histories.run(seed, lie: lie).violations.isEmpty { return }
        Issue.record("no history noticed")
    }

    @Test("every bug that can be planted still fits its source")
    func fits() throws {
        var texts: [String: String] = [:]
        for plant in Plant.all {
            let file = Histories.root.appendingPathComponent(plant.file)
            let text = try texts[plant.file] ?? String(contentsOf: file, encoding: .utf8)
            texts[plant.file] = plant.planted(into: text)
            #expect(texts[plant.file] != nil, "\(plant.name): \(plant.file) does not hold the original exactly once")
        }
    }

    @Test("at least twenty bugs can be planted, each under a name of its own")
    func enough() {
        let names = Plant.all.map(\.name) + Lie.allCases.map(\.rawValue)
        #expect(names.count >= 20)
        #expect(Set(names).count == names.count)
    }
}
