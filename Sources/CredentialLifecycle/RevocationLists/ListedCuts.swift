internal import Storage
internal import Synchronization

/// Up to where in the feed the node that has the duty has marked the lists of what was cut, by whichever node.
final class ListedCuts: Sendable {
    private struct State {
        var duty: Duty?
        var index: Int64 = -1
    }

    private let state = Mutex(State())

    /// From where on to mark; whether the duty is a new one, in whose first round every list is signed instead.
    func begin(under duty: Duty, at last: Int64) -> (index: Int64, isNew: Bool) {
        state.withLock { state in state.duty == duty ? (state.index, false) : (last, true) }
    }

    /// Everything up to `last` is marked.
    func end(under duty: Duty, at last: Int64) {
        state.withLock { $0 = State(duty: duty, index: last) }
    }
}
