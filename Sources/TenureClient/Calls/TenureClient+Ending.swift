internal import NIOHTTP1
package import TenureAPI

extension TenureClient {
    /// `POST /api/v1/revocations`.
    package func revoke(_ body: RevocationBody) async throws(ClientError) -> RevocationAnswer {
        try requireToken()
        return try await record(.POST, APIPath.revocations, body)
    }

    /// `POST /api/v1/offboardings`.
    package func offboard(_ body: OffboardingBody) async throws(ClientError) -> CaseAnswer {
        try requireToken()
        return try await record(.POST, APIPath.offboardings, body, seconds: settings.planSeconds)
    }

    /// `GET /api/v1/offboardings/{id}`.
    package func offboarding(_ id: String) async throws(ClientError) -> CaseAnswer {
        try await get(APIPath.offboarding(id))
    }

    /// `GET /api/v1/offboardings`: one page.
    package func offboardings(
        limit: Int64? = nil, pageToken: String? = nil
    ) async throws(ClientError) -> PageAnswer<CaseSummaryAnswer> {
        try requireToken()
        return try await get(
            APIPath.offboardings, query: [("limit", limit.map { String($0) }), ("page_token", pageToken)])
    }

    /// `GET /api/v1/offboardings/{id}/dead`: one page of ids.
    package func dead(
        ofCase id: String, limit: Int64? = nil, pageToken: String? = nil
    ) async throws(ClientError) -> PageAnswer<String> {
        try requireToken()
        return try await get(
            APIPath.dead(ofCase: id), query: [("limit", limit.map { String($0) }), ("page_token", pageToken)])
    }

    /// `POST /api/v1/rotations`.
    package func rotate(_ body: RotationBody) async throws(ClientError) -> RotationAnswer {
        try requireToken()
        return try await record(.POST, APIPath.rotations, body)
    }

    /// `POST /api/v1/plans`.
    package func plan(_ body: PlanBody) async throws(ClientError) -> PlanAnswer {
        try requireToken()
        return try await record(.POST, APIPath.plans, body, seconds: settings.planSeconds)
    }

    /// `POST /api/v1/plans/{id}/application`.
    package func apply(plan id: String) async throws(ClientError) -> ApplicationAnswer {
        try requireToken()
        return try await record(
            .POST, APIPath.application(ofPlan: id), ApplicationBody(), seconds: settings.planSeconds)
    }
}
