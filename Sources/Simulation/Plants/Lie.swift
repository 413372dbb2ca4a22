/// A bug of the database and not of the sources: what the engine does or tells is not so. It needs no copy of the
/// sources, so the tests try each.
package enum Lie: String, Sendable, CaseIterable {
    /// COMMIT returns before the transaction is durable.
    case answerBeforeCommit = "answer-before-commit"
    /// Marks are read as they were before the lock was waited for (PITFALLS, section 2).
    case marksBeforeLock = "marks-before-lock"
    /// The check of marks does not see those of trusts.
    case trustMarksHidden = "trust-marks-hidden"
    /// A mark of an entitlement is lost on its way.
    case markLost = "mark-lost"
    /// A COMMIT of which nobody knows, and which landed, is reported as one that certainly did not.
    case landedToldAsFailed = "landed-told-as-failed"
    /// A transaction that was lost is reported as durable.
    case lostToldAsDone = "lost-told-as-done"
    /// A proof that was used up is counted as one more use.
    case usesUncounted = "uses-uncounted"
    /// Whoever asks for an operation hears that it never happened.
    case operationsForgotten = "operations-forgotten"

    /// Whether it is told statement by statement.
    var isOfStatements: Bool {
        switch self {
        case .marksBeforeLock, .trustMarksHidden, .markLost, .usesUncounted, .operationsForgotten: true
        case .answerBeforeCommit, .landedToldAsFailed, .lostToldAsDone: false
        }
    }
}
