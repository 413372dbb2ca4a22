internal import APITokens
internal import AuditLog
internal import Synchronization
internal import TenureModel

/// What a verifier knows: read by whoever verifies, written by whoever follows.
final class VerifierMemory: Sendable {
    private struct State {
        var revocations: RevocationMemory?
        /// Whether the next connection has to begin with all cuts.
        var needsStart = true
        var verifier: (tokens: TokenVerifier, keys: VerificationKeys)?
        var trouble: String?
    }

    private let audience: Audience
    private let staleMilliseconds: Int64
    private let state = Mutex(State())

    init(audience: Audience, staleMilliseconds: Int64) {
        self.audience = audience
        self.staleMilliseconds = staleMilliseconds
    }

    // MARK: For those who verify

    /// How much what is known can be relied on.
    func freshness(at instant: Int64) -> VerifierStatus.Freshness {
        state.withLock { freshness($0, at: instant) }
    }

    private func freshness(_ state: borrowing State, at instant: Int64) -> VerifierStatus.Freshness {
        guard state.verifier != nil, let age = state.revocations?.age(at: instant) else { return .cutOff }
        if age < RevocationMemory.currentMilliseconds { return .current }
        // defence: T12 becomes: return .lagging(milliseconds: age)
        return age <= staleMilliseconds ? .lagging(milliseconds: age) : .cutOff
    }

    /// What a token is verified with, while anything may be accepted; nil while cut off.
    func usable(
        at instant: Int64
    ) -> (tokens: TokenVerifier, keys: VerificationKeys, freshness: VerifierStatus.Freshness)? {
        state.withLock { state in
            let freshness = freshness(state, at: instant)
            guard freshness != .cutOff, let verifier = state.verifier else { return nil }
            return (verifier.tokens, verifier.keys, freshness)
        }
    }

    /// Whether something is dead; also while nothing is known.
    func isDead(_ references: [LineageReference], position: Int64, log: LogID) -> Bool {
        state.withLock { state in
            guard let revocations = state.revocations else { return true }
            return revocations.death(references, position: position, log: log) != nil
        }
    }

    func status(at instant: Int64) -> VerifierStatus {
        state.withLock { state in
            VerifierStatus(
                freshness: freshness(state, at: instant), lastEvent: state.revocations?.last ?? -1,
                cuts: state.revocations?.count ?? 0, trouble: state.trouble)
        }
    }

    // MARK: For those who follow

    var needsStart: Bool { state.withLock { $0.needsStart } }

    /// Takes all cuts. What is known goes on to be used until then.
    ///
    /// - Throws: `missed` where it is an older state of the log that is known, `rewritten` where it is another history.
    func start(_ revocations: RevocationMemory) throws(FeedFault) {
        let fault: FeedFault? = state.withLock { state in
            do throws(FeedFault) {
                try state.revocations?.requireSuccessor(revocations)
            } catch {
                return error
            }
            state.revocations = revocations
            state.needsStart = false
            return nil
        }
        if let fault { throw fault }
    }

    /// The next connection begins with all cuts.
    func forgetPlace() { state.withLock { $0.needsStart = true } }

    /// A connection begins; returns the last event that is known.
    func connect(at instant: Int64) -> Int64 {
        state.withLock { state in
            state.revocations?.connect(at: instant)
            return state.revocations?.last ?? -1
        }
    }

    /// Takes what came on the feed; returns as of when everything is known then.
    func take(_ message: FeedMessage, at instant: Int64) throws(FeedFault) -> Int64 {
        let outcome: Result<Int64, FeedFault> = state.withLock { state in
            do throws(FeedFault) {
                switch message {
                case .mark(let index, let previous, let reference):
                    try state.revocations?.apply(mark: reference, index: index, previous: previous)
                case .key(let index, let previous): try state.revocations?.follow(index: index, previous: previous)
                case .head(let head): try state.revocations?.beat(head, at: instant)
                }
            } catch {
                return .failure(error)
            }
            return .success(state.revocations?.knownAt ?? .min)
        }
        return try outcome.get()
    }

    func replace(_ keys: VerificationKeys) {
        let tokens = TokenVerifier(issuer: keys.issuer, audience: audience)
        state.withLock { $0.verifier = (tokens, keys) }
    }

    /// What is wrong, for the status; nil where nothing is.
    func note(_ trouble: String?) { state.withLock { $0.trouble = trouble } }
}
