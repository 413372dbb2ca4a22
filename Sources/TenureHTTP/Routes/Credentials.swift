internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let credentials: [Route] = [
        .reading(
            .credentialList, .get, APIPath.credentials,
            .init(
                "Lists credentials, the newest first", answer: "CredentialPage",
                query: ["identity", "owner", "entitlement", "state", "page_token", "limit"])
        ) { exchange, caller in
            let page = try await exchange.broker.credentials(try query(exchange), by: caller)
            let names = ObjectNames(exchange.broker)
            return try .json(
                PageAnswer(
                    items: page.items.map { CredentialAnswer($0, names) },
                    nextPageToken: page.nextIndex.map { String($0) }))
        },
        .reading(
            .credentialList, .get, APIPath.credentials + "/{id}",
            .init(
                "Shows a credential, by its id or its certificate's serial number, never a secret",
                answer: "CredentialAnswer")
        ) { exchange, caller in
            let view = try await exchange.broker.credentialView(exchange.parameter(0), by: caller)
            return try .json(CredentialAnswer(view, ObjectNames(exchange.broker)))
        },
        .reading(
            .credentialExplain, .get, APIPath.credentials + "/{id}/explanation",
            .init("Explains a credential from the record", answer: "CredentialExplanationAnswer")
        ) { exchange, caller in
            let broker = exchange.broker
            let explanation = try await broker.explain(exchange.parameter(0), by: caller)
            return try .json(CredentialExplanationAnswer(explanation, ObjectNames(broker)))
        },
    ]

    private static func query(_ exchange: Exchange) throws(Refusal) -> CredentialQuery {
        let fields = try exchange.query("identity", "owner", "entitlement", "state", "page_token", "limit")
        let read = TypedField()
        let names = ObjectNames(exchange.broker)
        var query = CredentialQuery(limit: try exchange.limit(fields))
        if let text = fields.nonEmpty("identity") {
            query.identity = try known(try read.reference(text, "identity"), names)
        }
        if let text = fields.nonEmpty("owner") { query.owner = try known(try read.reference(text, "owner"), names) }
        if let text = fields.nonEmpty("entitlement") {
            let bare = text.hasPrefix("entitlement/") ? String(text.dropFirst("entitlement/".count)) : text
            guard let id = try? EntitlementID(bare) else { throw .field("entitlement", "an id, as ent_…") }
            query.entitlement = id
        }
        if let text = fields.nonEmpty("state") { query.state = try read.choice(text, "state") }
        query.before = try fields.number("page_token")
        return query
    }

    private static func known(
        _ reference: ObjectReference, _ names: ObjectNames
    ) throws(Refusal) -> IdentityID {
        guard let id = names.identity(reference) else { throw .noObject }
        return id
    }
}
