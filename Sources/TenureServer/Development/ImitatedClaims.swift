internal import AuditLog
internal import TenureAPI
internal import TenureModel

/// The claims of a development token: what was asked for, and beside it what the imitated CI system would send.
struct ImitatedClaims {
    let value: StrictJSON.Value

    private enum System {
        case gitHub, gitLab, kubernetes, none

        /// As its documentation says; a real token of it lives no longer.
        var lifetimeSeconds: Int64 {
            switch self {
            case .gitHub: 300
            case .gitLab, .kubernetes: 3_600
            case .none: 600
            }
        }
    }

    /// - Parameter random: 16 bytes, for `jti` and the numbers of runs.
    init(_ body: [UInt8], issuer: String, at now: Timestamp, random: [UInt8]) throws(TokenRequestFault) {
        let document: StrictJSON.Value
        do {
            document = try StrictJSON.parse(body)
        } catch {
            throw TokenRequestFault(detail: "the body is not acceptable JSON: \(error)")
        }
        guard let members = document.members else { throw TokenRequestFault(detail: "the body must be an object") }
        for member in members where !["sub", "aud", "claims"].contains(member.name) {
            throw TokenRequestFault(detail: "the body takes sub, aud and claims")
        }
        guard let subject = document["sub"]?.text, !subject.isEmpty else {
            throw TokenRequestFault(detail: "`sub` must be text")
        }
        guard let audience = document["aud"] else { throw TokenRequestFault(detail: "`aud` is required") }
        var asked: [StrictJSON.Member] = []
        if let claims = document["claims"] {
            guard let members = claims.members else { throw TokenRequestFault(detail: "`claims` must be an object") }
            asked = members
        }
        guard !asked.contains(where: { ["iss", "sub", "aud"].contains($0.name) }) else {
            throw TokenRequestFault(detail: "`claims` holds neither iss nor sub nor aud")
        }
        let system = Self.system(asked)
        let number = random.prefix(4).reduce(Int64(1)) { $0 << 8 | Int64($1) }
        var claims: [(String, StrictJSON.Value)] = [
            ("iss", .string(issuer)), ("sub", .string(subject)), ("aud", audience),
        ]
        claims += asked.map { ($0.name, $0.value) }
        let times = [
            ("iat", StrictJSON.Value.integer(now.seconds)), ("nbf", .integer(now.seconds)),
            ("exp", .integer(now.seconds + system.lifetimeSeconds)), ("jti", .string(Hex.text(random))),
        ]
        for (name, value) in times + Self.usual(system, asked, number) where !claims.contains(where: { $0.0 == name }) {
            claims.append((name, value))
        }
        value = DevelopmentIssuer.object(claims)
    }

    private static func system(_ claims: [StrictJSON.Member]) -> System {
        let names = Set(claims.map(\.name))
        if !names.isDisjoint(with: ["repository", "repository_id", "job_workflow_ref"]) { return .gitHub }
        if !names.isDisjoint(with: ["project_path", "project_id", "namespace_path"]) { return .gitLab }
        return names.contains("kubernetes.io") ? .kubernetes : .none
    }

    /// What the system sends with every token, as examples in its documentation have it.
    private static func usual(
        _ system: System, _ asked: [StrictJSON.Member], _ number: Int64
    ) -> [(String, StrictJSON.Value)] {
        func text(_ name: String, _ otherwise: String) -> String {
            asked.first { $0.name == name }?.value.text ?? otherwise
        }
        let texts: [(String, String)]
        switch system {
        case .gitHub:
            let repository = text("repository", "acme/shop")
            let owner = repository.split(separator: "/").first.map(String.init) ?? repository
            let workflow = "\(repository)/.github/workflows/deploy.yml@\(text("ref", "refs/heads/main"))"
            let commit = "714a629c0b401fdce83e847fc9589983fc6f46bc"
            texts = [
                ("repository", repository), ("repository_owner", owner), ("repository_id", "123456789"),
                ("repository_owner_id", "9876543"), ("repository_visibility", "private"), ("ref", "refs/heads/main"),
                ("ref_type", "branch"), ("ref_protected", "true"), ("sha", commit), ("head_ref", ""), ("base_ref", ""),
                ("actor", "octocat"), ("actor_id", "583231"), ("event_name", "push"), ("workflow", "deploy"),
                ("workflow_ref", workflow), ("workflow_sha", commit), ("job_workflow_ref", workflow),
                ("job_workflow_sha", commit), ("run_id", String(number)), ("run_number", "42"), ("run_attempt", "1"),
                ("runner_environment", "github-hosted"),
            ]
        case .gitLab:
            let project = text("project_path", "acme/shop")
            let namespace = project.split(separator: "/").first.map(String.init) ?? project
            texts = [
                ("project_path", project), ("project_id", "20"), ("namespace_path", namespace), ("namespace_id", "72"),
                ("user_login", "ada"), ("user_id", "42"), ("pipeline_id", String(number)),
                ("pipeline_source", "push"), ("job_id", String(number)), ("ref", "main"), ("ref_type", "branch"),
                ("ref_path", "refs/heads/main"), ("ref_protected", "true"), ("runner_environment", "self-hosted"),
                ("sha", "714a629c0b401fdce83e847fc9589983fc6f46bc"),
            ]
        case .kubernetes, .none: texts = []
        }
        return texts.map { ($0.0, .string($0.1)) }
    }
}
