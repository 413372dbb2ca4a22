internal import Synchronization

/// The one source of chance of a history: SplitMix64 from a seed. Streams for different purposes are forked, so that
/// one more draw for a fault does not shift every draw of the workload.
final class Chance: Sendable {
    private let state: Mutex<UInt64>

    init(seed: UInt64) { state = Mutex(seed) }

    /// A stream of its own, the same for the same label.
    func fork(_ label: UInt64) -> Chance {
        Chance(seed: Self.mixed(state.withLock { $0 } &+ (label &+ 1) &* 0xD1B5_4A32_D192_ED03))
    }

    func next() -> UInt64 {
        let value = state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            return state
        }
        return Self.mixed(value)
    }

    /// A number from 0 up to, not including, `bound`; 0 where there is none.
    func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }

    /// A number of the range.
    func among(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True so many times in a thousand.
    func happens(_ permille: Int) -> Bool { permille > 0 && below(1_000) < permille }

    func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            let value = next()
            for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
        }
        return Array(bytes.prefix(count))
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
