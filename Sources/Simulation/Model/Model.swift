internal import AuditLog
internal import Storage
internal import Synchronization
internal import TenureModel

/// What clients know, from answers alone: what they hold, what was ended, and what may have been.
final class Model: Sendable {
    struct Kill: Hashable, Sendable {
        let number: Int
        /// What had gone wrong at its node by then.
        let hurts: Int
    }

    struct State {
        var held: [Held] = []
        var keyed: [KeyedRequest] = []
        /// Cuts that were acknowledged.
        var cuts: [LineageReference: Int64] = [:]
        /// Cuts that are under way, or of which nobody knows.
        var possible: [Int: Set<LineageReference>] = [:]
        /// Those among them that may end whatever workload.
        var possibleOfAny: Set<Int> = []
        var kills = 0
        /// Since which index an identity has ended for good.
        var ended: [IdentityID: Int64] = [:]
        /// The same of one that was suspended, until somebody asks for it to be resumed.
        var suspended: [IdentityID: Int64] = [:]
        /// How often somebody asked for it to be resumed, and how many of those have no answer yet.
        var resumptions: [IdentityID: (begun: Int, open: Int)] = [:]
        /// Operations that were answered with yes, and where.
        var acknowledged: [OperationID: Int64] = [:]
        /// Operations that were answered with no, and in which words.
        var denied: [OperationID: String] = [:]
        /// Checkpoints that came with answers: roots by size.
        var roots: [Int64: [UInt8]] = [:]
        var presentations: [String: Int] = [:]
        /// Revocation lists that somebody fetched: the newest number of each, and its bytes.
        var lists: [String: (number: Int64, der: [UInt8])] = [:]
        var labels = 0
    }

    private let state = Mutex(State())
    private let history: History

    init(history: History) { self.history = history }

    func read<Value: Sendable>(_ body: (State) -> Value) -> Value { state.withLock { body($0) } }

    func nextLabel(_ letter: String) -> String {
        state.withLock { state in
            state.labels += 1
            return letter + String(state.labels)
        }
    }

    // MARK: Answers

    /// An operation was answered with yes.
    func acknowledge(_ operation: OperationID, at index: Int64) {
        state.withLock { $0.acknowledged[operation] = index }
    }

    func acknowledge(_ recorded: Recorded) {
        acknowledge(recorded.operation, at: recorded.firstIndex)
        let checkpoint = recorded.checkpoint
        let other = state.withLock { state -> [UInt8]? in
            let known = state.roots[checkpoint.size]
            state.roots[checkpoint.size] = checkpoint.root
            return known
        }
        if let other, other != checkpoint.root {
            history.violate(.evidence, "two roots of size \(checkpoint.size) were signed")
        }
    }

    /// An operation was answered with no: nothing of it may be there.
    func deny(_ operation: OperationID, because code: String) {
        state.withLock { $0.denied[operation] = code }
    }

    /// A client was given a credential.
    func hold(_ held: Held) {
        let (ended, suspended) = state.withLock { state in
            state.held.append(held)
            return (state.ended[held.identity], state.suspended[held.identity])
        }
        for cut in [ended, suspended].compactMap({ $0 }) where held.index > cut {
            history.violate(.offboarding, "\(held.label) of \(held.holder) is at \(held.index), after \(cut)")
        }
    }

    /// Somebody was let in, at an index of the log.
    func admit(_ identity: IdentityID, _ holder: String, at index: Int64) {
        let cuts = state.withLock { [$0.ended[identity], $0.suspended[identity]] }
        for cut in cuts.compactMap({ $0 }) where index > cut {
            history.violate(.offboarding, "\(holder) logged in at \(index), after \(cut)")
        }
    }

    /// One use of a proof that may be used so often.
    func present(_ proof: String, limit: Int) {
        let count = state.withLock { state in
            state.presentations[proof, default: 0] += 1
            return state.presentations[proof] ?? 0
        }
        if count > limit { history.violate(.truth, "\(proof) was accepted \(count) times, \(limit) are allowed") }
    }

    func remember(_ request: KeyedRequest) { state.withLock { $0.keyed.append(request) } }

    /// A request under a key was recorded, and answered with this credential if the answer was heard: from now on it
    /// is the only body and the only credential of the key.
    func answer(_ key: String, body: UInt8, with credential: CredentialID?, at time: Timestamp) {
        let known = state.withLock { state -> KeyedRequest.Holds? in
            guard let place = state.keyed.firstIndex(where: { $0.key == key }), state.keyed[place].isKept(at: time)
            else { return nil }
            let known = state.keyed[place].holds
            if known?.credential == nil {
                state.keyed[place].holds = KeyedRequest.Holds(body: known?.body ?? body, credential: credential)
            }
            return known
        }
        guard let known else { return }
        if known.body != body { history.violate(.truth, "\(key) was answered though the body was another") }
        if let credential, let other = known.credential, other != credential {
            history.violate(.truth, "\(key) was answered with two credentials")
        }
    }

    /// Somebody was given a revocation list.
    ///
    /// - Parameter least: the newest number that anybody had been given when it was asked for.
    func see(list: String, numbered number: Int64, _ der: [UInt8], after least: Int64) {
        if number < least {
            history.violate(.evidence, "a revocation list is number \(number), after number \(least)")
        }
        let known = state.withLock { state in
            let known = state.lists[list]
            if number >= known?.number ?? 0 { state.lists[list] = (number, der) }
            return known
        }
        if let known, number == known.number, der != known.der {
            history.violate(.evidence, "two revocation lists are number \(number)")
        }
    }

    // MARK: Cuts

    /// A cut begins, of some or all of these.
    func begin(
        possibly references: Set<LineageReference>, andAnyWorkload: Bool = false, at node: SimulatedNode
    ) -> Kill {
        state.withLock { state in
            state.kills += 1
            state.possible[state.kills] = references
            if andAnyWorkload { state.possibleOfAny.insert(state.kills) }
            return Kill(number: state.kills, hurts: node.life?.engine.hurts ?? 0)
        }
    }

    /// It was acknowledged.
    func finish(_ kill: Kill, cutting cuts: [(LineageReference, Int64)]) {
        state.withLock { state in
            state.possible[kill.number] = nil
            state.possibleOfAny.remove(kill.number)
            for (reference, index) in cuts { state.cuts[reference] = max(state.cuts[reference] ?? -1, index) }
        }
    }

    /// It did not happen.
    func forget(_ kill: Kill) { finish(kill, cutting: []) }

    func end(_ identity: IdentityID, at index: Int64) {
        state.withLock { $0.ended[identity] = min($0.ended[identity] ?? .max, index) }
    }

    /// What a suspension that begins now must find unchanged when it is acknowledged; nil where it proves nothing,
    /// because somebody resumes at the same time.
    func resumptions(of identity: IdentityID) -> Int? {
        state.withLock { state in
            let (begun, open) = state.resumptions[identity] ?? (0, 0)
            return open == 0 ? begun : nil
        }
    }

    func suspend(_ identity: IdentityID, at index: Int64, since begun: Int?) {
        state.withLock { state in
            guard let begun, (state.resumptions[identity]?.begun ?? 0) == begun else { return }
            state.suspended[identity] = index
        }
    }

    func beginResuming(_ identity: IdentityID) {
        state.withLock { state in
            state.suspended[identity] = nil
            let (begun, open) = state.resumptions[identity] ?? (0, 0)
            state.resumptions[identity] = (begun + 1, open + 1)
        }
    }

    func endResuming(_ identity: IdentityID) { state.withLock { $0.resumptions[identity]?.open -= 1 } }

    func isEnded(_ identity: IdentityID) -> Bool { state.withLock { $0.ended[identity] != nil } }

    /// Whether an acknowledged cut covers it.
    func isDead(_ held: Held) -> Bool { state.withLock { Self.isDead(held, $0) } }

    /// The acknowledged cuts that cover it, as the history names them.
    func killers(of held: Held) -> String {
        state.withLock { state in
            held.references.filter { reference in
                state.cuts[reference].map { !reference.kind.isOpen || $0 >= held.position } ?? false
            }.map { "\($0.kind.rawValue) at \(state.cuts[$0] ?? -1)" }.joined(separator: ", ")
        }
    }

    /// Whether it may be dead: by an acknowledged cut, or by one of which nobody knows.
    func mayBeDead(_ held: Held) -> Bool {
        state.withLock { state in
            Self.isDead(held, state) || !state.possibleOfAny.isEmpty
                || state.possible.values.contains { possible in held.references.contains { possible.contains($0) } }
        }
    }

    private static func isDead(_ held: Held, _ state: State) -> Bool {
        held.references.contains { reference in
            guard let cut = state.cuts[reference] else { return false }
            return reference.kind.isOpen ? cut >= held.position : true
        }
    }
}
