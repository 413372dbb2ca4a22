internal import HTTPTypes
internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import TenureHTTP

@Suite("routes and acts")
struct RouteMatrixTests {
    /// What anybody may ask for. Whoever adds a line here opens a door.
    private static let open: Set<String> = [
        "POST /api/v1/login", "GET /api/v1/bundle", "GET /audit/checkpoint", "GET /audit/key", "GET /livez",
        "GET /readyz", "GET /metrics", "GET /openapi.json", "GET /ca/root.pem", "GET /ca/chain.pem",
        "GET /crl/{issuer}/{shard}", "GET /crl/{issuer}",
        "GET /.well-known/oauth-authorization-server",
    ]

    @Test("every route asks for an act, but for those that are meant to be open")
    func everyRouteHasAnAct() async throws {
        try await TestInstallation.run { server in
            let routes = server.router.table.routes
            #expect(routes.count > 45)
            for route in routes {
                let name = "\(route.method.rawValue) \(route.path)"
                #expect((route.act == nil) == Self.open.contains(name), "\(name)")
            }
        }
    }

    @Test("T7 whoever proves nothing gets one answer from every route that acts, whatever it is asked for")
    func strangersGetOneAnswer() async throws {
        try await TestInstallation.run { server in
            for route in server.router.table.routes {
                // A form brings its own proof: TokenExchangeTests.
                guard case .act = route.handler else { continue }
                let path = route.path.replacing("{path...}", with: "0/000").replacing("{kind}", with: "person")
                    .replacing("{id}", with: "x").replacing("{name}", with: "x").replacing("{audience}", with: "x")
                let missing = try await server.send(route.method, path, body: "{}")
                let wrong = try await server.send(route.method, path, token: "tnr_wrong", body: "{}")
                for reply in [missing, wrong] {
                    #expect(reply.status == 401, "\(route.method) \(path)")
                    #expect(reply.headers[.wwwAuthenticate] == "Bearer realm=\"tenure\"")
                    guard !path.hasPrefix("/oauth2/") else { continue }
                    var problem = try reply.problem()
                    problem.instance = nil
                    #expect(problem == Problem(.unauthenticated))
                }
            }
        }
    }

    @Test("the plain listener serves lists and CA certificates, and nothing else")
    func plainListener() async throws {
        try await TestInstallation.run { server in
            let root = try await TestInstallation.send(.get, APIPath.root, to: server.plain)
            #expect(root.status == 200)
            #expect(root.text.hasPrefix("-----BEGIN CERTIFICATE-----"))
            for route in Routes.all where !Routes.publications.contains(where: { $0.path == route.path }) {
                let reply = try await TestInstallation.send(route.method, route.path, to: server.plain)
                #expect(reply.status == 404 || reply.status == 400, "\(route.path)")
            }
        }
    }

    @Test("the description names every route with its act, and every schema that it refers to")
    func description() async throws {
        try await TestInstallation.run { server in
            let reply = try await server.send(.get, APIPath.openAPI)
            let document = try StrictJSON.parse(reply.body, limits: .plan)
            for route in server.router.table.routes {
                let path = route.path.replacing("...}", with: "}")
                let operation = document["paths"]?[path]?[route.method.rawValue.lowercased()]
                #expect(operation != nil, "\(path)")
                #expect(operation?["x-act"]?.text == route.act?.rawValue, "\(path)")
                for name in [route.description.body, route.description.answer].compactMap(\.self) {
                    #expect(document["components"]?["schemas"]?[name] != nil, "\(name)")
                }
            }
            let token = document["components"]?["schemas"]?["IssueTokenBody"]
            #expect(token?["required"]?.elements?.compactMap(\.text) == ["profile", "audience"])
            #expect(token?["properties"]?["scope"]?["type"]?.text == "array")
        }
    }
}
