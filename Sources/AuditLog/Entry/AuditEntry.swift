package import TenureModel

/// One entry of the log, before it has a place: who did what to which object, under which entitlement, with what
/// outcome (FORMATS, section 2). Its encoding holds no index, so that it can be hashed before the log is locked.
package struct AuditEntry: Hashable, Sendable {
    /// How the act went.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        case done, refused, failed
    }

    package var at: Timestamp
    package var act: Act
    package var actor: AuditActor
    /// The object: an id, an `ent_…@3`, `kind/name`, or nil where there is none.
    package var object: String?
    /// `ent_…@3`, the entitlement version that justified the act.
    package var entitlement: String?
    package var outcome: Outcome
    /// A code of the closed list in docs/problems.md, or nil where it went well.
    package var why: String?
    /// The address that the request came from, or nil where it is the broker's own act.
    package var source: String?
    /// The rows that are written with it, each with its hash.
    package var rows: [AuditedRowHash]
    /// The act's own, in this order.
    package var details: [AuditDetail.Member]

    package init(
        at: Timestamp, act: Act, actor: AuditActor, object: String?, entitlement: String? = nil,
        outcome: Outcome = .done, why: String? = nil, source: String?, rows: [AuditedRowHash] = [],
        details: [AuditDetail.Member] = []
    ) {
        self.at = at
        self.act = act
        self.actor = actor
        self.object = object
        self.entitlement = entitlement
        self.outcome = outcome
        self.why = why
        self.source = source
        self.rows = rows
        self.details = details
    }
}

/// Who acted, and how they were authenticated.
package struct AuditActor: Hashable, Sendable {
    /// How the actor was authenticated.
    package enum Method: String, Hashable, Sendable, CaseIterable {
        case oidc, session, certificate, bootstrap, `internal`
        /// Nobody was authenticated; only refusals have it.
        case none
    }

    /// The id of the identity; nil where nobody was authenticated or the broker itself acted.
    package var id: String?
    package var how: Method
    package var session: SessionID?

    package init(id: String?, how: Method, session: SessionID? = nil) {
        self.id = id
        self.how = how
        self.session = session
    }

    package static let broker = AuditActor(id: nil, how: .internal)
}

/// `["credential",ID,HASH]`: the table, the row's key as text, and the SHA-256 of the row.
package struct AuditedRowHash: Hashable, Sendable {
    package var table: String
    package var key: String
    /// 32 bytes; lower-case hex in the entry.
    package var hash: [UInt8]

    package init(table: String, key: String, hash: [UInt8]) {
        self.table = table
        self.key = key
        self.hash = hash
    }
}

/// A value of an entry's own part: what JSON can say without floats.
package indirect enum AuditDetail: Hashable, Sendable {
    case text(String)
    case number(Int64)
    case flag(Bool)
    case list([AuditDetail])
    case object([Member])

    /// One key with its value.
    package struct Member: Hashable, Sendable {
        package var key: String
        package var value: AuditDetail

        package init(_ key: String, _ value: AuditDetail) {
            self.key = key
            self.value = value
        }
    }
}
