internal import Foundation
internal import Simulation
internal import Synchronization

/// Runs histories on threads of their own, one for each processor: one takes a second, in which the pool of tasks would
/// stand still.
enum Histories {
    private static let gate = Gate(ProcessInfo.processInfo.activeProcessorCount)
    /// Founded once for all tests.
    private static let image = Task { try await Image() }

    static func run(_ seed: UInt64, lie: Lie? = nil) async throws -> SeedOutcome {
        let image = try await image.value
        await gate.enter()
        defer { gate.leave() }
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

/// Lets so many in at a time.
final class Gate: Sendable {
    private let state: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ count: Int) { state = Mutex((max(1, count), [])) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
