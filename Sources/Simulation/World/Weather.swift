/// How one history goes: drawn from its seed, so that histories differ in kind and not only in order (swarm testing).
/// Each fault is off in about half of them.
package struct Weather: Hashable, Sendable {
    package var nodes: Int
    package var operations: Int
    /// The most that are under way at once.
    package var overlap: Int
    /// The longest pause between two operations, in milliseconds.
    package var pause: Int64
    /// The longest that a statement or a commit takes.
    package var latency: Int64
    /// Whether leaders let a batch grow under load.
    package var gathers: Bool
    /// In a thousand transactions: lost, and reported as unknown.
    package var lost: Int
    /// Durable, and reported as unknown.
    package var landed: Int
    package var unavailable: Int
    package var full: Int
    package var readsUnavailable: Int
    /// In a thousand attempts to recover.
    package var recoveryFails: Int
    /// In a thousand transactions: the node dies before, or after, COMMIT.
    package var crashBefore: Int
    package var crashAfter: Int
    /// In a thousand requests: the client hangs up.
    package var hangsUp: Int
    /// In a thousand: the word of a commit does not reach another node.
    package var wordLost: Int
    /// The longest that a node waits before it looks at the head by itself.
    package var refresh: Int64
    /// How far a node's clock may jump, in milliseconds; 0 where clocks are right.
    package var jump: Int64

    init(_ chance: Chance) {
        func fault(_ most: Int) -> Int { chance.happens(500) ? 1 + chance.below(most) : 0 }
        nodes = [1, 1, 2, 3][chance.below(4)]
        operations = 300 + chance.below(4) * 40 + (chance.happens(80) ? 500 : 0)
        overlap = 1 + chance.below(12)
        pause = [5, 50, 500, 4_000][chance.below(4)]
        latency = [0, 2, 10, 120][chance.below(4)]
        gathers = chance.happens(500)
        lost = fault(20)
        landed = fault(20)
        unavailable = fault(20)
        full = fault(10)
        readsUnavailable = fault(10)
        recoveryFails = fault(400)
        crashBefore = fault(6)
        crashAfter = fault(6)
        hangsUp = fault(60)
        wordLost = fault(900)
        refresh = [20, 250, 1_000][chance.below(3)]
        jump = chance.happens(400) ? [500, 5_000, 50_000][chance.below(3)] : 0
    }
}
