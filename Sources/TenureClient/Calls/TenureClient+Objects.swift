internal import NIOHTTP1
package import TenureAPI

// Identities, trusts, profiles and entitlements: create, list, show, update. Each answer has the version, which an
// update gives back, so that nobody changes what they have not seen.
extension TenureClient {
    /// `POST /api/v1/identities`.
    package func createIdentity(_ body: CreateIdentityBody) async throws(ClientError) -> IdentityAnswer {
        try requireToken()
        return try await record(.POST, APIPath.identities, body)
    }

    /// `GET /api/v1/identities`: one page.
    package func identities(
        kind: String? = nil, state: String? = nil, owner: String? = nil, limit: Int64? = nil, pageToken: String? = nil
    ) async throws(ClientError) -> PageAnswer<IdentityAnswer> {
        try await get(
            APIPath.identities,
            query: [("kind", kind), ("state", state), ("owner", owner)] + Self.page(limit, pageToken))
    }

    /// `GET /api/v1/identities/{kind}/{name}`.
    package func identity(_ reference: String) async throws(ClientError) -> IdentityAnswer {
        try await get(APIPath.identity(reference))
    }

    /// `PATCH /api/v1/identities/{kind}/{name}`.
    package func updateIdentity(
        _ reference: String, _ body: UpdateIdentityBody, ifMatch: Int64
    ) async throws(ClientError) -> IdentityAnswer {
        try requireToken()
        return try await record(.PATCH, APIPath.identity(reference), body, ifMatch: ifMatch)
    }

    /// `POST /api/v1/trusts`.
    package func createTrust(_ body: CreateTrustBody) async throws(ClientError) -> TrustAnswer {
        try requireToken()
        return try await record(.POST, APIPath.trusts, body)
    }

    /// `GET /api/v1/trusts`: one page.
    package func trusts(
        identity: String? = nil, state: String? = nil, limit: Int64? = nil, pageToken: String? = nil
    ) async throws(ClientError) -> PageAnswer<TrustAnswer> {
        try await get(
            APIPath.trusts, query: [("identity", identity), ("state", state)] + Self.page(limit, pageToken))
    }

    /// `GET /api/v1/trusts/{name}`.
    package func trust(_ name: String) async throws(ClientError) -> TrustAnswer {
        try await get(APIPath.trust(name))
    }

    /// `PATCH /api/v1/trusts/{name}`.
    package func updateTrust(
        _ name: String, _ body: UpdateTrustBody, ifMatch: Int64
    ) async throws(ClientError) -> TrustAnswer {
        try requireToken()
        return try await record(.PATCH, APIPath.trust(name), body, ifMatch: ifMatch)
    }

    /// `POST /api/v1/profiles`.
    package func createProfile(_ body: ProfileDocument) async throws(ClientError) -> ProfileAnswer {
        try requireToken()
        return try await record(.POST, APIPath.profiles, body)
    }

    /// `GET /api/v1/profiles`: one page.
    package func profiles(
        kind: String? = nil, state: String? = nil, limit: Int64? = nil, pageToken: String? = nil
    ) async throws(ClientError) -> PageAnswer<ProfileAnswer> {
        try await get(APIPath.profiles, query: [("kind", kind), ("state", state)] + Self.page(limit, pageToken))
    }

    /// `GET /api/v1/profiles/{name}`.
    package func profile(_ name: String) async throws(ClientError) -> ProfileAnswer {
        try await get(APIPath.profile(name))
    }

    /// `PATCH /api/v1/profiles/{name}`.
    package func updateProfile(
        _ name: String, _ body: UpdateProfileBody, ifMatch: Int64
    ) async throws(ClientError) -> ProfileAnswer {
        try requireToken()
        return try await record(.PATCH, APIPath.profile(name), body, ifMatch: ifMatch)
    }

    /// `POST /api/v1/entitlements`.
    package func createEntitlement(_ body: CreateEntitlementBody) async throws(ClientError) -> EntitlementAnswer {
        try requireToken()
        return try await record(.POST, APIPath.entitlements, body)
    }

    /// `GET /api/v1/entitlements`: one page.
    package func entitlements(
        identity: String? = nil, profile: String? = nil, state: String? = nil, limit: Int64? = nil,
        pageToken: String? = nil
    ) async throws(ClientError) -> PageAnswer<EntitlementAnswer> {
        try await get(
            APIPath.entitlements,
            query: [("identity", identity), ("profile", profile), ("state", state)] + Self.page(limit, pageToken))
    }

    /// `GET /api/v1/entitlements/{id}`.
    package func entitlement(_ id: String) async throws(ClientError) -> EntitlementAnswer {
        try await get(APIPath.entitlement(id))
    }

    /// `PATCH /api/v1/entitlements/{id}`.
    package func updateEntitlement(
        _ id: String, _ body: UpdateEntitlementBody, ifMatch: Int64
    ) async throws(ClientError) -> EntitlementAnswer {
        try requireToken()
        return try await record(.PATCH, APIPath.entitlement(id), body, ifMatch: ifMatch)
    }

    /// `GET /api/v1/owners/{kind}/{name}`.
    package func owner(_ reference: String) async throws(ClientError) -> OwnerAnswer {
        try await get(APIPath.owner(reference))
    }

    private static func page(_ limit: Int64?, _ token: String?) -> [(name: String, value: String?)] {
        [("limit", limit.map { String($0) }), ("page_token", token)]
    }
}
