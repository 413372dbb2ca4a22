internal import Foundation
internal import TenureAPI

/// Workloads for the load: several, since what one identity may be issued in a second is bounded.
enum BenchEstate {
    static let workloadCount = 16

    static func name(_ place: Int) -> String { "bench-\(place)" }

    /// Lets them have what `deploy` of the example estate has.
    static func document(oidcIssuer: String) -> EstateDocument {
        let names = (0..<workloadCount).map(name)
        return EstateDocument(
            apiVersion: "tenure/1", estate: "bench", people: [], teams: [],
            workloads: names.map { name in
                EstateWorkload(
                    name: name, workloadClass: "ci_job", owner: "person/owner", backupOwner: "person/backup",
                    purpose: "Is measured", environment: "production")
            },
            trusts: names.map { name in
                EstateTrust(
                    name: name, workload: name, preset: nil, issuer: IssuerBody(url: oidcIssuer), audience: "tenure",
                    claims: ["sub": .text(name)], presentations: nil)
            },
            entitlements: names.flatMap { name in
                ["ci-token", "service-tls"].map { profile in
                    EstateEntitlement(
                        identity: "workload/" + name, profile: profile, constraints: nil,
                        justification: "The bench measures it", ends: nil, review: nil)
                }
            })
    }

    private struct Plan: Decodable { let id: String }

    /// Applies the estate; does nothing where it stands already.
    static func apply(_ client: LoadClient, administrator: String, oidcIssuer: String) async throws {
        let body = Array(try JSONEncoder().encode(PlanBody(estate: document(oidcIssuer: oidcIssuer))))
        let planned = try await client.send(Scenario.json(APIPath.plans, administrator, body))
        guard planned.status == 201 else { throw fault("planning the bench's estate", planned) }
        let plan = try JSONDecoder().decode(Plan.self, from: Data(planned.body))
        let path = APIPath.application(ofPlan: plan.id)
        let applied = try await client.send(Scenario.json(path, administrator, Array("{}".utf8)))
        guard applied.status == 201 else { throw fault("applying the bench's estate", applied) }
    }

    static func fault(_ what: String, _ answer: (status: Int, body: [UInt8])) -> BenchFault {
        BenchFault("\(what): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
    }
}
