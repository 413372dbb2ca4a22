internal import Foundation
internal import Simulation

/// Runs histories on threads of their own, one for each processor: one takes a second, in which the pool of tasks would
/// stand still.
enum Histories {
    private static let slots = Slots(max(1, ProcessInfo.processInfo.activeProcessorCount))
    /// Founded once for all tests.
    private static let image = Task { try await Image() }

    static func run(_ seed: UInt64, lie: Lie? = nil) async throws -> SeedOutcome {
        let image = try await image.value
        await slots.take()
        defer { slots.giveBack() }
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                continuation.resume(
                    with: Result { try Simulation.run(seed: seed, on: image, lie: lie, stopsEarly: lie != nil) })
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// The program that was built with these tests.
    static var program: URL {
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("tenure-simulate")
    }

    /// The root of the package.
    static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }
}
