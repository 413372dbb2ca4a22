internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let identities: [Route] = [
        .reading(
            .identityRead, .get, APIPath.identities,
            .init(
                "Lists identities", answer: "IdentityPage", query: ["kind", "state", "owner", "page_token", "limit"])
        ) { exchange, caller in
            let query = try exchange.query("kind", "state", "owner", "page_token", "limit")
            let read = TypedField()
            let kind: IdentityKind? = try query.nonEmpty("kind").map { try read.choice($0, "kind") }
            let state: IdentityState? = try query.nonEmpty("state").map { try read.choice($0, "state") }
            let names = ObjectNames(exchange.broker)
            let owner = try query.nonEmpty("owner").map { try read.reference($0, "owner") }.map { names.identity($0) }
            let found = try exchange.broker.identities(kind: kind, by: caller).filter { identity in
                (state == nil || identity.state == state) && (owner == nil || identity.workload?.owner == owner)
            }
            return try .json(
                exchange.page(found, query, number: \.number) { IdentityAnswer($0, names) })
        },
        .reading(
            .identityRead, .get, APIPath.identities + "/{kind}/{name}",
            .init("Shows an identity", answer: "IdentityAnswer")
        ) { exchange, caller in
            let identity = try exchange.broker.identity(try reference(exchange), by: caller)
            return try .json(
                IdentityAnswer(identity, ObjectNames(exchange.broker)), version: identity.version)
        },
        .recording(
            .identityWrite, .post, APIPath.identities,
            .init("Makes an identity", body: "CreateIdentityBody", answer: "IdentityAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(CreateIdentityBody.self)
            let desired = try DesiredIdentity(body)
            let outcome = try await change(desired, exchange, caller, bytes, isDryRun: body.dryRun)
            return try answer(outcome, unchanged: nil, exchange, status: .created)
        },
        .recording(
            .identityWrite, .patch, APIPath.identities + "/{kind}/{name}",
            .init("Changes an identity", body: "UpdateIdentityBody", answer: "IdentityAnswer")
        ) { exchange, caller in
            let old = try exchange.broker.identity(try reference(exchange), by: caller)
            let (body, bytes) = try await exchange.body(UpdateIdentityBody.self)
            let call = try exchange.call(bytes, isDryRun: body.dryRun)
            if let earlier = try await exchange.broker.earlierChange(as: .identityWrite, by: caller, in: call) {
                return try answer(earlier, unchanged: nil, exchange, status: .ok)
            }
            try exchange.refuseStale(old.version)
            var desired = try DesiredIdentity(body, of: old)
            desired.seenVersion = old.version
            let outcome = try await change(desired, exchange, caller, bytes, isDryRun: body.dryRun)
            return try answer(outcome, unchanged: old, exchange, status: .ok)
        },
    ]

    /// `{kind}/{name}` of the path.
    static func reference(_ exchange: Exchange) throws(Refusal) -> ObjectReference {
        let text = exchange.parameter(0) + "/" + exchange.parameter(1)
        guard let reference = try? ObjectReference(text) else { throw .noObject }
        return reference
    }

    private static func change(
        _ desired: DesiredIdentity, _ exchange: Exchange, _ caller: AuthenticatedCaller, _ bytes: [UInt8],
        isDryRun: Bool?
    ) async throws -> ChangeOutcome {
        var state = DesiredState()
        state.identities = [desired]
        return try await exchange.broker.change(
            to: state, as: .identityWrite, by: caller, in: try exchange.call(bytes, isDryRun: isDryRun))
    }

    private static func answer(
        _ outcome: ChangeOutcome, unchanged: Identity?, _ exchange: Exchange, status: HTTPResponse.Status
    ) throws -> Answer {
        let changed = outcome.changes.lazy.compactMap { planned -> Identity? in
            if case .identity(_, let new) = planned.change { new } else { nil }
        }
        guard let identity = changed.first ?? unchanged else { throw Refusal(Problem(.unavailable)) }
        return try .act(
            IdentityAnswer(identity, outcome, ObjectNames(exchange.broker)), outcome.recorded?.place, status: status,
            version: identity.version)
    }
}

extension Exchange {
    /// Refuses to change what the caller has not seen. The change itself rests on that version once more, so that
    /// nothing slips in between this look and the record.
    func refuseStale(_ version: Int64) throws {
        guard let expected = try expectedVersion(), expected != version else { return }
        throw LifecycleError.stale("it is version \(version) now: look again")
    }
}

extension DesiredIdentity {
    /// Parses the body of `POST /identities`.
    init(_ body: CreateIdentityBody) throws(Refusal) {
        let read = TypedField()
        let kind = try read.choice(body.kind, "kind", of: IdentityKind.self)
        self.init(path: "", kind: kind, name: try read.name(body.name, "name"))
        mustBeNew = true
        guard body.reuseName != true else { throw .field("reuse_name", "is not supported yet") }
        if let text = body.workloadClass { workloadClass = try read.choice(text, "class") }
        if let text = body.environment { environment = try read.name(text, "environment") }
        try take(members: body.members, owner: body.owner, backupOwner: body.backupOwner, purpose: body.purpose)
    }

    /// Parses the body of `PATCH /identities/{kind}/{name}`.
    init(_ body: UpdateIdentityBody, of old: Identity) throws(Refusal) {
        let read = TypedField()
        self.init(path: "", kind: old.id.kind, name: old.name)
        if let text = body.state { state = try read.choice(text, "state") }
        reason = try read.reason(body.reason, otherwise: .unspecified)
        try take(members: body.members, owner: body.owner, backupOwner: body.backupOwner, purpose: body.purpose)
    }

    private mutating func take(
        members: [String]?, owner: String?, backupOwner: String?, purpose: String?
    ) throws(Refusal) {
        let read = TypedField()
        guard kind == .team || members == nil else { throw .field("members", "a \(kind) has none") }
        if let members {
            guard members.count <= 1_000 else { throw .field("members", "at most 1000") }
            var references: [ObjectReference] = []
            for (place, text) in members.enumerated() {
                let field = "members.\(place)"
                let isReference = text.utf8.contains(UInt8(ascii: "/"))
                references.append(
                    isReference
                        ? try read.reference(text, field)
                        : ObjectReference(kind: .person, name: try read.name(text, field).text))
            }
            self.members = references
        }
        let isWorkload = kind == .workload
        guard isWorkload || (owner == nil && backupOwner == nil && purpose == nil) else {
            throw .field("owner", "a \(kind) has neither owner nor purpose")
        }
        if let owner { self.owner = try read.reference(owner, "owner") }
        if let backupOwner { self.backupOwner = try read.reference(backupOwner, "backup_owner") }
        if let purpose { self.purpose = try read.sentence(purpose, "purpose") }
    }
}
