internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Where two administrators live, none spares the other")
struct SecondPersonTests {
    private static func change(
        _ installation: TestInstallation, _ act: Act = .profileWrite, _ alter: (inout DesiredState) throws -> Void
    ) async throws {
        var desired = DesiredState()
        try alter(&desired)
        _ = try await installation.broker.change(
            to: desired, as: act, by: try await installation.caller("admin"), in: try installation.call())
    }

    private static func profile(
        _ installation: TestInstallation, _ name: String, as newName: String? = nil, approval: ApprovalMode? = nil,
        acts: ((inout AdministrationProfile) -> Void)? = nil
    ) throws -> DesiredProfile {
        let old = try installation.profile(name)
        var body = old.body
        if let acts, case .administration(var role) = body {
            acts(&role)
            body = .administration(role)
        }
        return DesiredProfile(
            path: "", name: try Name(newName ?? name), environment: old.environment, approval: approval ?? old.approval,
            body: body)
    }

    @Test("T42 an administrator alone lowers no approval, widens no role, and makes none that nobody else approves")
    func profiles() async throws {
        let installation = try await TestInstallation.start()
        // While one lives, it is theirs to arrange.
        try await Self.change(installation) {
            $0.profiles = [try Self.profile(installation, "reviewer", approval: ApprovalMode.none)]
        }
        try await Self.change(installation) {
            $0.profiles = [try Self.profile(installation, "reviewer", approval: .other)]
        }
        try await installation.entitle("person/owner", to: "admin")
        let refused = [
            try Self.profile(installation, "admin", approval: ApprovalMode.none),
            try Self.profile(installation, "admin", approval: .owner),
            try Self.profile(installation, "release-token", approval: ApprovalMode.none),
            try Self.profile(installation, "auditor", acts: { $0.acts = Act.allCases }),
            try Self.profile(installation, "admin", as: "shadow", approval: ApprovalMode.none),
        ]
        for profile in refused {
            await expectRefused(.denied, because: "\(profile.name) \(profile.approval)") {
                try await Self.change(installation) { $0.profiles = [profile] }
            }
        }
        // What asks for more, or grants less, needs nobody.
        for profile in [
            try Self.profile(installation, "ci-token", approval: .other),
            try Self.profile(installation, "auditor", acts: { $0.acts = [.auditRead] }),
            try Self.profile(installation, "auditor", as: "listener", acts: { $0.acts = [.auditRead] }),
        ] {
            try await Self.change(installation) { $0.profiles = [profile] }
        }
    }

    @Test("T42 nobody adds a way to log in as another administrator; ending one, and one's own, are free")
    func trusts() async throws {
        let installation = try await TestInstallation.start()
        try await installation.entitle("person/owner", to: "admin")
        await expectRefused(.denied) {
            try await Self.change(installation, .trustWrite) {
                $0.trusts = [try installation.trust(of: "person/owner", subject: "mallory", name: "owner-too")]
            }
        }
        await expectRefused(.denied) {
            try await Self.change(installation, .trustWrite) {
                $0.trusts = [try installation.trust(of: "person/owner", subject: "mallory", name: "owner-oidc")]
            }
        }
        try await Self.change(installation, .trustWrite) {
            $0.trusts = [
                try installation.trust(of: "person/admin", subject: "admin-again", name: "admin-too"),
                try installation.trust(of: "person/backup", subject: "backup-again", name: "backup-too"),
            ]
        }
        try await Self.change(installation, .trustWrite) {
            var ended = try installation.trust(of: "person/owner", subject: "owner", name: "owner-oidc")
            ended.state = .ended
            $0.trusts = [ended]
        }
    }
}
