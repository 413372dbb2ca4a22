internal import Foundation
internal import TenureAPI
internal import TenureModel

/// The files of `Tests/Vectors/oidc`.
enum ClaimVector {
    /// Within the tokens' lifetimes.
    static let now = Timestamp(clampingSeconds: 1_795_442_460)

    static func value(_ name: String) throws -> StrictJSON.Value {
        // Tests/FederationTests/Support/ClaimVector.swift
        var tests = URL(filePath: #filePath)
        for _ in 0..<3 { tests.deleteLastPathComponent() }
        return try StrictJSON.parse([UInt8](try Data(contentsOf: tests.appending(path: "Vectors/oidc/\(name).json"))))
    }
}

extension StrictJSON.Value {
    /// The object with one member, at a path of names, changed or (nil) taken out.
    func with(_ path: String..., value: StrictJSON.Value?) -> StrictJSON.Value { with(path[...], value) }

    private func with(_ path: ArraySlice<String>, _ value: StrictJSON.Value?) -> StrictJSON.Value {
        guard let name = path.first else { return self }
        var members = self.members ?? []
        let place = members.firstIndex { $0.name == name }
        let new =
            path.count == 1 ? value : (place.map { members[$0].value } ?? .object([])).with(path.dropFirst(), value)
        if let place { members.remove(at: place) }
        if let new { members.insert(.init(name: name, value: new), at: place ?? members.count) }
        return .object(members)
    }
}

extension OIDCTrust {
    /// A rule for tests: text conditions on an issuer whose keys are found by discovery.
    static func rule(
        _ preset: Preset? = nil, issuer: String, audience: String = "tenure", _ conditions: [(String, String)],
        presentations: PresentationLimit = .once
    ) -> OIDCTrust {
        OIDCTrust(
            preset: preset, issuer: issuer, keys: .discovery, caPEM: nil, networks: [], audience: audience,
            conditions: conditions.map { ClaimCondition(claim: $0.0, value: .text($0.1)) },
            presentations: presentations)
    }

    static let gitHub = rule(
        .github, issuer: "https://token.actions.githubusercontent.com",
        [("repository_id", "456789012"), ("repository_owner_id", "123456"), ("ref", "refs/heads/main")])

    static let gitLab = rule(
        .gitlab, issuer: "https://gitlab.example.com",
        [("project_id", "20"), ("namespace_id", "72"), ("ref", "main"), ("ref_protected", "true")])

    static let kubernetes = rule(
        .kubernetes, issuer: "https://kubernetes.default.svc.cluster.local",
        [
            ("kubernetes.io/namespace", "shop"),
            ("kubernetes.io/serviceaccount/uid", "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"),
        ])

    /// As `dev` has it: a private issuer, and a name.
    static let development = rule(issuer: "https://localhost:8443/dev/oidc", [("sub", "checkout")])
}

extension Trust {
    /// The rule as trust number 7 of a workload.
    static func of(_ rule: OIDCTrust, workload: UInt64 = 1, state: State = .active) throws -> Trust {
        Trust(
            id: TrustID(high: 1, low: workload), number: 7, version: 3, name: try Name("a-trust"),
            identity: .workload(WorkloadID(high: 2, low: workload)), state: state, method: .oidc(rule))
    }
}
