internal import Storage

/// What went wrong on a connection, told by its SQLSTATE (PostgreSQL, appendix A).
struct Fault: Error, Hashable {
    enum Kind: Hashable {
        /// The connection is gone. What was sent last may have been carried out.
        case lost
        /// The server said nothing for too long; the connection was given up.
        case silent
        /// A lock was not to be had in time.
        case locked
        /// The database took the transaction back for another's sake: a deadlock or a serialisation failure.
        case takenBack
        /// A node of the database that may not be written to: a standby, or one that was demoted.
        case readOnly
        case constraint, full, corrupt
        /// The server itself does not know what became of the transaction.
        case undecided
        case other
    }

    let kind: Kind
    /// For the log; holds no value of a row, no statement and no argument.
    let text: String

    /// Whether the same transaction may be run once more from its beginning, on another connection where this is lost.
    var mayBeTriedAgain: Bool { kind == .lost || kind == .takenBack || kind == .locked }

    var storageError: StorageError {
        switch kind {
        case .constraint: .constraint(text)
        case .full: .full
        case .corrupt: .corrupt(text)
        case .readOnly: .unavailable("the database is read-only here, so it is not the primary: \(text)")
        case .lost, .silent, .locked, .takenBack, .undecided, .other: .unavailable(text)
        }
    }

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// - Parameters:
    ///   - state: five characters.
    ///   - message: the primary message. The detail is never looked at: it quotes rows.
    ///   - place: the constraint, or the column, or nil.
    init(state: String, message: String, place: String?) {
        kind = Self.kind(state)
        switch kind {
        case .constraint: text = place ?? message
        // Data exceptions quote what could not be read.
        case .other where state.hasPrefix("22"): text = "a value was refused (SQLSTATE \(state))"
        default: text = "\(message) (SQLSTATE \(state))"
        }
    }

    private static func kind(_ state: String) -> Kind {
        switch state {
        case "40001", "40P01": return .takenBack
        case "55P03": return .locked
        case "40003", "08007": return .undecided
        case "25006": return .readOnly
        case "53100": return .full
        case "57P01", "57P02", "57P03", "25P03": return .lost
        default: break
        }
        switch state.prefix(2) {
        case "23": return .constraint
        case "08": return .lost
        case "XX": return state == "XX000" ? .other : .corrupt
        default: return .other
        }
    }
}
