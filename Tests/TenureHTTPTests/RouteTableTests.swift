internal import HTTPTypes
internal import Testing

@testable internal import TenureHTTP

@Suite("finding routes")
struct RouteTableTests {
    private static let table = RouteTable(
        ["/a", "/a/{id}", "/a/fixed", "/a/{id}/b", "/t/{path...}"].map { path in
            .open(.get, path, RouteDescription("")) { _ in .text("") }
        })

    private func found(_ path: String) -> (String, [String])? {
        guard case .found(let place, let parameters) = Self.table.match(.get, path[...]) else { return nil }
        return (Self.table.routes[place].path, parameters)
    }

    @Test("a fixed segment wins over a named one")
    func fixedWins() {
        #expect(found("/a/fixed")?.0 == "/a/fixed")
        #expect(found("/a/x")! == ("/a/{id}", ["x"]))
        #expect(found("/a/x/b")! == ("/a/{id}/b", ["x"]))
    }

    @Test("the rest of a path is one value")
    func rest() { #expect(found("/t/0/x001/067.p/3")! == ("/t/{path...}", ["0/x001/067.p/3"])) }

    @Test("an escape for a harmless character is decoded, once")
    func escapes() { #expect(found("/a/a%3Ab")! == ("/a/{id}", ["a:b"])) }

    @Test(
        "T25 escapes that change the structure of a path are refused",
        arguments: ["%2f", "%2F", "%5c", "%2e", "%25", "%00", "%0a", "%zz", "%2"])
    func malformed(_ escape: String) {
        guard case .malformed = Self.table.match(.get, "/a/x\(escape)y") else {
            Issue.record("\(escape) passed")
            return
        }
        #expect(!RequestFraming.isAcceptable(target: "/a/x\(escape)y"))
    }

    @Test(
        "T25 targets that others could read in another way are refused",
        arguments: [
            "", "*", "a", "http://x/a", "/a/../b", "/..", "/a/.", "//a", "/a//b", "/a/", "/a\\b", "/a#b", "/a b",
            "/\u{e9}",
        ])
    func targets(_ target: String) { #expect(!RequestFraming.isAcceptable(target: target)) }

    @Test(
        "targets of the API are accepted",
        arguments: [
            "/", "/livez", "/api/v1/keys?audience=a%2Fb", "/dev/oidc/.well-known/openid-configuration",
            "/crl/iss_0/1.crl", "/audit/tile/0/x001/067.p/3",
        ])
    func acceptable(_ target: String) { #expect(RequestFraming.isAcceptable(target: target)) }

    @Test("another method on a known path is told which ones it takes")
    func methods() {
        guard case .otherMethods(let methods) = Self.table.match(.post, "/a") else {
            Issue.record("not told")
            return
        }
        #expect(methods == [.get])
    }
}
