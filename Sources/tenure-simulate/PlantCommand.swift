internal import ArgumentParser
internal import Foundation
internal import Simulation

struct PlantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plant", abstract: "Puts every known bug into a copy of the sources, asleep.")

    @Option(help: "The root of the copy.") var into: String

    func run() throws {
        let folder = URL(fileURLWithPath: into)
        for plant in Plant.all {
            let file = folder.appendingPathComponent(plant.file)
            let text = try String(contentsOf: file, encoding: .utf8)
            guard let planted = plant.planted(into: text) else {
                throw ValidationError("\(plant.name) does not fit \(plant.file) any more")
            }
            try planted.write(to: file, atomically: true, encoding: .utf8)
        }
        try Plant.switchFile.text.write(
            to: folder.appendingPathComponent(Plant.switchFile.path), atomically: true, encoding: .utf8)
    }
}

struct PlantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plants", abstract: "Names the bugs that can be planted, and the lies of the database.")

    @Flag(help: "The lies of the database alone.") var lies = false

    func run() {
        if !lies { for plant in Plant.all { print(plant.name) } }
        for lie in Lie.allCases { print(lie.rawValue) }
    }
}
