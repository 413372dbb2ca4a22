internal import Foundation
internal import Glibc
internal import PostgreSQLServer
internal import Synchronization
internal import TenureAPI
internal import TenureClient
internal import Testing

@Suite("Story: three nodes on one database")
struct ManyNodesStory {
    @Test("P3 what is offboarded through one node is refused at once by all, and a node that is killed is succeeded")
    func offboarding() async throws {
        try await Cluster.run { cluster in
            let proof = try await cluster.proof(of: "worker-0")
            var tokens: [String] = []
            for client in try cluster.clients(token: proof) {
                let body = IssueTokenBody(profile: "ci-token", audience: "registry")
                tokens.append(try #require(try await client.issueToken(body).token))
            }
            let admins = try cluster.clients(token: cluster.admin)
            for admin in admins {
                for token in tokens { #expect(try await admin.introspect(IntrospectionForm(token: token)).active) }
            }
            let answer = try await admins[1].offboard(
                OffboardingBody(target: "workload/worker-0", reason: "affiliationChanged"))
            #expect(answer.state == "applied")
            for admin in admins {
                for token in tokens {
                    let isAlive = try await admin.introspect(IntrospectionForm(token: token)).active
                    #expect(!isAlive)
                }
            }
            for client in try cluster.clients(token: proof) {
                await #expect(throws: ClientError.self) {
                    try await client.issueToken(IssueTokenBody(profile: "ci-token", audience: "registry"))
                }
            }
            // The one that has the duty of scheduled work is killed; the case is closed all the same.
            let holder = try #require(try await cluster.holderOfDuty())
            let rest = admins.indices.first { $0 != holder }
            let survivor = admins[try #require(rest)]
            cluster.running[holder].end(SIGKILL)
            let next = try await survivor.offboard(
                OffboardingBody(target: "workload/worker-1", reason: "affiliationChanged"))
            let id = try #require(next.id)
            var state = next.state
            for _ in 0..<1_000 where state != "closed" {
                state = try await survivor.offboarding(id).state
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(state == "closed")
        }
    }

    @Test("F9 a node stopped while it holds the head row delays an offboarding elsewhere by three seconds at most")
    func stopped() async throws {
        try await Cluster.run { cluster in
            let proof = try await cluster.proof(of: "worker-0")
            let admin = try cluster.clients(token: cluster.admin)[1]
            let load = IssuingLoad(try cluster.clients(token: proof)[0])
            let clients = Task { await load.run() }
            defer { clients.cancel() }
            for round in 1...3 {
                try await cluster.stopHolding(0)
                let begun = ContinuousClock.now
                let answer = try await admin.offboard(
                    OffboardingBody(target: "workload/worker-\(round)", reason: "affiliationChanged"))
                let took = begun.duration(to: .now)
                cluster.running[0].signal(SIGCONT)
                #expect(answer.state == "applied")
                #expect(took < .seconds(3), "\(took)")
            }
            load.end()
            await clients.value
            #expect(load.issued > 0)
        }
    }
}
