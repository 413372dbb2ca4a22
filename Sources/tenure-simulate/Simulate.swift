internal import ArgumentParser

@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenure-simulate",
        abstract: "Runs the core through histories drawn from seeds, with faults, and holds it to its promises.",
        subcommands: [RunCommand.self, PlantCommand.self, PlantsCommand.self], defaultSubcommand: RunCommand.self)
}
