internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let owners: [Route] = [
        .reading(
            .identityRead, .get, APIPath.owners,
            .init("Lists owners with what they own", answer: "OwnerPage", query: ["page_token", "limit"])
        ) { exchange, caller in
            let query = try exchange.query("page_token", "limit")
            let identities = try exchange.broker.identities(kind: nil, by: caller)
            // One pass over the workloads, not one for each owner.
            var owns: [IdentityID: [Identity]] = [:]
            var backs: [IdentityID: [Identity]] = [:]
            for identity in identities where identity.state != .ended {
                guard let workload = identity.workload else { continue }
                owns[workload.owner, default: []].append(identity)
                if let backup = workload.backupOwner { backs[backup, default: []].append(identity) }
            }
            return try .json(
                exchange.page(identities.filter { $0.workload == nil }, query, number: \.number) { owner in
                    OwnerAnswer(owner, owns: owns[owner.id] ?? [], backs: backs[owner.id] ?? [])
                })
        },
        .reading(
            .identityRead, .get, APIPath.owners + "/{kind}/{name}",
            .init("Shows what a person or team owns", answer: "OwnerAnswer")
        ) { exchange, caller in
            let found = try exchange.broker.owned(by: try reference(exchange), for: caller)
            return try .json(OwnerAnswer(found.owner, owns: found.owns, backs: found.backs))
        },
    ]
}
