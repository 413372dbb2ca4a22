internal import TenureAPI
internal import Testing

@testable internal import TenureHTTP

/// Workloads as the tests need them.
enum Workloads {
    /// Makes an owner, a workload with an entitlement to `ci-token`, and a session of the workload.
    static func make(_ server: TestInstallation, admin: String, name: String = "deploy") async throws -> String {
        let person = try await server.post(
            APIPath.identities, token: admin, #"{"kind":"person","name":"owner-of-\#(name)"}"#)
        #expect(person.status == 201, "\(person.text)")
        let workload = try await server.post(
            APIPath.identities, token: admin,
            #"{"kind":"workload","name":"\#(name)","class":"ci_job","owner":"person/owner-of-\#(name)","#
                + #""purpose":"deploys the shop","environment":"production"}"#)
        #expect(workload.status == 201, "\(workload.text)")
        for profile in ["ci-token", "service-tls"] {
            let entitlement = try await server.post(
                APIPath.entitlements, token: admin,
                #"{"identity":"workload/\#(name)","profile":"\#(profile)","justification":"needed"}"#)
            #expect(entitlement.status == 201, "\(entitlement.text)")
            #expect(try entitlement.json(EntitlementAnswer.self).state == "active")
        }
        let trust = try await server.post(
            APIPath.trusts, token: admin,
            #"{"name":"\#(name)-first","identity":"workload/\#(name)","bootstrap_seconds":600}"#)
        #expect(trust.status == 201, "\(trust.text)")
        let secret = try #require(try trust.json(TrustAnswer.self).secret)
        let login = try await server.post(APIPath.login, #"{"method":"bootstrap","token":"\#(secret)"}"#)
        #expect(login.status == 201, "\(login.text)")
        return try login.json(LoginAnswer.self).token
    }
}
