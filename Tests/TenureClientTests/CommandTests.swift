internal import Foundation
internal import TenureAPI
internal import Testing

@Suite("The command line")
struct CommandTests {
    private static let commands = [
        "", "login", "token", "token issue", "token verify", "cert", "cert issue", "cert renew", "apply", "identity",
        "identity create", "identity list", "identity show", "identity update", "trust", "trust create", "trust list",
        "trust show", "trust update", "profile", "profile create", "profile list", "profile show", "profile update",
        "entitlement", "entitlement create", "entitlement list", "entitlement show", "entitlement update",
        "entitlement approve", "entitlement end", "credential", "credential list", "credential show", "explain",
        "revoke", "offboard", "rotate", "audit", "audit verify", "audit export", "audit checkpoint", "status",
    ]

    @Test("every command explains itself on standard output", arguments: commands)
    func help(_ command: String) async throws {
        let outcome = try await CommandLine.run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE: tenure" + (command.isEmpty ? "" : " " + command)))
        #expect(outcome.errors.isEmpty)
    }

    @Test(
        "what cannot be meant ends with 2, with words on standard error alone",
        arguments: [
            "no-such-command", "token issue", "token issue --profile p", "status --output xml",
            "token issue --profile p --audience a --ttl 10", "revoke", "revoke a/b --token-stdin",
            "login --cert c", "login --oidc-token-file a --bootstrap-file b", "explain", "explain workload/deploy",
            "status", "trust create t --identity workload/a --bootstrap 1h", "identity show deploy",
            "identity show workload/../x", "trust show a/b", "profile update p", "status --addr http://tenure.example",
            "apply -f /no/such/file --addr https://localhost:1",
            "entitlement approve ent_1@x --addr https://localhost:1",
        ])
    func usage(_ line: String) async throws {
        let outcome = try await CommandLine.run(line.split(separator: " ").map(String.init))
        #expect(outcome.status == TenureAPI.ExitStatus.usage.rawValue)
        #expect(outcome.output.isEmpty)
        #expect(!outcome.errors.isEmpty)
    }

    @Test(
        "P7 what cannot be undone is not done where nobody can answer, and says what to add",
        arguments: [
            "revoke workload/deploy", "offboard person/ada", "entitlement end ent_1", "entitlement approve ent_1",
        ])
    func confirmation(_ line: String) async throws {
        let answer =
            #"""
            {"id":"ent_1","version":3,"identity":"workload/a","profile":"profile/p","state":"requested",\#
            "justification":"j"}
            """#
        try await LoopbackBroker.with { _ in
            .init(body: answer)
        } _: { broker in
            let outcome = try await CommandLine.run(
                line.split(separator: " ").map(String.init),
                environment: ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"])
            #expect(outcome.status == TenureAPI.ExitStatus.usage.rawValue)
            #expect(outcome.errors.contains("--yes"))
            #expect(broker.asked.allSatisfy { $0.method == "GET" })
        }
    }

    @Test("a preview asks for a dry run and for nothing else")
    func preview() async throws {
        let answer =
            #"""
            {"target":"workload/a","reason":"unspecified","cutoff_index":7,"counts":{"token":0,\#
            "certificate":0},"examples":[]}
            """#
        try await LoopbackBroker.with { _ in
            .init(body: answer)
        } _: { broker in
            let outcome = try await CommandLine.run(
                ["revoke", "workload/a", "--dry-run", "--output", "text"],
                environment: ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"])
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("0 live tokens, 0 live certificates"))
            #expect(broker.asked.map(\.body) == [#"{"dry_run":true,"target":"workload/a"}"#])
        }
    }

    private static let token =
        #"""
        {"id":"crd_1","token":"tnr_x","expires_at":"e","identity":"workload/a","owner":"person/b",\#
        "entitlement":"ent_1@1"}
        """#

    @Test("a token goes out alone, as JSON where that is asked for, or into a file")
    func tokenForms() async throws {
        try await LoopbackBroker.with { _ in
            .init(status: 201, body: Self.token)
        } _: { broker in
            try await Scratch.with { path in
                let environment = ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"]
                let issue = ["token", "issue", "--profile", "p", "--audience", "a"]
                #expect(try await CommandLine.run(issue, environment: environment).output == "tnr_x\n")
                let json = try await CommandLine.run(issue + ["--output", "json"], environment: environment).output
                #expect(json.contains("\"token\" : \"tnr_x\""))
                let saved = try await CommandLine.run(issue + ["--save", path + "/t"], environment: environment)
                #expect(!saved.output.contains("tnr_x"))
                #expect(try Scratch.read(path + "/t") == "tnr_x\n")
                #expect(try Scratch.mode(path + "/t") == 0o600)
            }
        }
    }

    @Test("a job of GitLab needs no login, and an explicit token goes first")
    func ciJob() async throws {
        try await LoopbackBroker.with { _ in
            .init(status: 201, body: Self.token)
        } _: { broker in
            let issue = ["token", "issue", "--profile", "p", "--audience", "a"]
            var environment = ["TENURE_ADDR": broker.address, "TENURE_ID_TOKEN": "job"]
            _ = try await CommandLine.run(issue, environment: environment)
            environment["TENURE_TOKEN"] = "session"
            _ = try await CommandLine.run(issue, environment: environment)
            #expect(broker.asked.map { $0.headers["authorization"] } == ["Bearer job", "Bearer session"])
            environment["TENURE_TOKEN"] = nil
            environment["TENURE_ID_TOKEN"] = nil
            let nobody = try await CommandLine.run(issue, environment: environment)
            #expect(nobody.status == TenureAPI.ExitStatus.notAuthenticated.rawValue)
        }
    }

    @Test("a login saves the session token, mode 0600, and shows all but it")
    func login() async throws {
        let answer =
            #"{"token":"tnr_session","expires_at":"2026-11-24T11:00:00Z","identity":"person/ada","login":"lgn_1"}"#
        try await LoopbackBroker.with { _ in
            .init(status: 201, body: answer)
        } _: { broker in
            try await Scratch.with { path in
                try Scratch.write("jwt\n", to: path + "/jwt")
                let outcome = try await CommandLine.run(
                    ["login", "--oidc-token-file", path + "/jwt", "--save", path + "/session"],
                    environment: ["TENURE_ADDR": broker.address])
                #expect(outcome.status == 0)
                #expect(!outcome.output.contains("tnr_session") && outcome.output.contains("person/ada"))
                #expect(try Scratch.read(path + "/session") == "tnr_session\n")
                #expect(try Scratch.mode(path + "/session") == 0o600)
                #expect(broker.asked.map(\.body) == [#"{"method":"oidc","token":"jwt"}"#])
                #expect(broker.asked.first?.headers["authorization"] == nil)
            }
        }
    }

    @Test("each problem ends with its exit code", arguments: ProblemCode.allCases)
    func exitCode(_ code: ProblemCode) async throws {
        let body = #"{"type":"\#(code.urn)","title":"t","status":\#(code.status),"detail":"the reason"}"#
        try await LoopbackBroker.with { _ in
            .init(status: code.status, body: body)
        } _: { broker in
            let outcome = try await CommandLine.run(
                ["credential", "list"], environment: ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"])
            #expect(outcome.status == code.exitCode.rawValue)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("the reason"))
        }
    }

    @Test("T41 what others wrote cannot move the cursor of a terminal")
    func terminal() async throws {
        let page =
            #"""
            {"items":[{"owner":"a","state":"s","identity":"x","profile":"profile/\u001b[2J","id":"ent_1",\#
            "version":1,"justification":"\u202eevil\n+ fake"}]}
            """#
        try await LoopbackBroker.with { _ in
            .init(body: page)
        } _: { broker in
            let outcome = try await CommandLine.run(
                ["entitlement", "list", "--output", "text"],
                environment: ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"])
            #expect(outcome.status == 0)
            #expect(
                outcome.output.contains("profile/\\u{1b}[2J") && outcome.output.contains("\\u{202e}evil\\u{a}+ fake"))
        }
    }

    @Test("a token that is no token does not verify")
    func badToken() async throws {
        try await Scratch.with { path in
            try Scratch.write(#"{"keys":[]}"#, to: path + "/keys")
            let outcome = try await CommandLine.run(
                ["token", "verify", "--keys", path + "/keys"], input: "tnr_not-a-token_000000")
            #expect(outcome.status == TenureAPI.ExitStatus.verificationFailed.rawValue)
        }
    }
}
