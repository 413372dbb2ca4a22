internal import ArgumentParser
internal import TenureServer

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at everything that a start looks at.",
        discussion: """
            One line for each check; the exit code says whether all passed. The server must not run meanwhile.

            After a clock that was ahead, the log is ahead of the right time and the server issues nothing. Set the \
            clock right, then run it once with --accept-clock: that becomes an entry of the log, `clock.reset`, which \
            `tenure audit verify` shows.
            """)

    @OptionGroup var place: StoreOptions

    @Flag(help: "Record that this machine's clock is right, though the log is ahead of it.")
    var acceptClock = false

    func run() async throws {
        try await DoctorProgram.run(configuration: place.config, store: place.store, acceptsClock: acceptClock)
    }
}
