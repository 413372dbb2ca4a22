internal import APITokens
internal import AuditLog

/// Tokens of our own and of others: right ones, and each with one fault (T8, T9, T10, T15).
enum TokenSamples {
    static func all() throws -> [(String, [Sample])] {
        let bench = Workbench()
        let bare = try bench.token(payload: Array(claims.utf8), key: bench.tokenKey)
        let session = try TokenMinter.session(Workbench.session(key: bench.sessionKey), key: bench.sessionKey).text()
        return [
            ("token-text", texts(bare: bare, prefixed: session)),
            ("token-claims", try claimFaults(claims, audience: "registry", id: "jti")),
            (
                "session-claims",
                try claimFaults(payload(of: String(session.dropFirst(4))), audience: "tenure", id: "sid")
            ),
        ] + federated()
    }

    /// The claims of a token as the broker writes them (docs/formats.md).
    private static let claims =
        #"{"iss":"https://tenure.example.org","sub":"wkl_01h455vb4pex5vsknk084sn02q","aud":"registry","#
        + #""exp":1795443300,"iat":1795442400,"#
        + #""nbf":1795442340,"jti":"crd_01h455vb4pex5vsknk084sn02q","scope":"push pull","#
        + #""client_id":"wkl_01h455vb4pex5vsknk084sn02q","own":"prs_01h455vb4pex5vsknk084sn02q","#
        + #""ent":"ent_01h455vb4pex5vsknk084sn02q@3","idx":4811,"lin":{"l":"9f3a01bc","i":12,"o":3,"e":[40],"#
        + #""p":7,"t":9,"v":"4000000000000001","n":"5000000000000002","c":"6000000000000003","f":"6000000000000004","#
        + #""a":"7000000000000005","k":"4000000000000006"}}"#

    private static func payload(of jws: String) throws -> String {
        let parts = jws.split(separator: ".")
        guard parts.count == 3, let payload = Base64URL.decode(Array(parts[1].utf8)[...]) else {
            throw BrokenPromise("a token has three parts")
        }
        return String(decoding: payload, as: UTF8.self)
    }

    private static func texts(bare: String, prefixed: String) -> [Sample] {
        let parts = bare.split(separator: ".").map(String.init)
        func with(header: String) -> String {
            [Base64URL.text(Array(header.utf8)), parts[1], parts[2]].joined(separator: ".")
        }
        let kid = "\"kid\":\"\(Workbench.kid)\""
        return [
            Sample("valid-bare", bare), Sample("valid-prefixed", prefixed), Sample("empty", ""),
            Sample("newline-after", bare + "\n"), Sample("padding-after", bare + "="),
            Sample("no-signature", parts[0] + "." + parts[1] + "."),
            Sample("four-parts", bare + ".AA"),
            Sample("checksum-flipped", String(prefixed.dropLast()) + (prefixed.last == "0" ? "1" : "0")),
            Sample("prefix-without-checksum", "tnr_" + bare),
            Sample("other-last-character", String(bare.dropLast()) + "_"),
            Sample("alg-none", with(header: "{\"alg\":\"none\",\(kid),\"typ\":\"at+jwt\"}")),
            Sample("alg-es256", with(header: "{\"alg\":\"ES256\",\(kid),\"typ\":\"at+jwt\"}")),
            Sample("header-crit", with(header: "{\"alg\":\"HS256\",\(kid),\"typ\":\"at+jwt\",\"crit\":[\"b64\"]}")),
            Sample(
                "header-jwk",
                with(header: "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"},\(kid),\"typ\":\"at+jwt\"}")),
            Sample("header-reordered", with(header: "{\(kid),\"alg\":\"HS256\",\"typ\":\"at+jwt\"}")),
            Sample("header-spaced", with(header: "{\"alg\": \"HS256\",\(kid),\"typ\":\"at+jwt\"}")),
            Sample(
                "json-form", "{\"payload\":\"\(parts[1])\",\"protected\":\"\(parts[0])\",\"signature\":\"\(parts[2])\"}"
            ),
        ]
    }

    private static func claimFaults(_ payload: String, audience: String, id: String) throws -> [Sample] {
        func with(_ old: String, _ new: String) -> String { payload.replacing(old, with: new) }
        let exp = try member("exp", of: payload)
        return [
            Sample("valid-one", payload), Sample("empty", ""), Sample("space-after", payload + " "),
            Sample("two-audiences", with("\"aud\":\"\(audience)\"", "\"aud\":[\"\(audience)\",\"other\"]")),
            Sample("no-expiry", with(exp + ",", "")), Sample("expiry-negative", with(exp, "\"exp\":-1")),
            Sample("expiry-fraction", with(exp, "\"exp\":1795443300.5")),
            Sample("expiry-past-2-to-53", with(exp, "\"exp\":9007199254740993")),
            Sample("expiry-exponent", with(exp, "\"exp\":1e300")), Sample("expiry-twice", with(exp, exp + "," + exp)),
            Sample("id-escaped", with("\"\(id)\":\"", "\"\(id)\":\"\\u0063")),
            Sample("index-2-to-53", with("\"idx\":48", "\"idx\":900719925474099348")),
            Sample("member-more", with("\"exp\"", "\"admin\":true,\"exp\"")),
            Sample("cut", String(payload.dropLast(9))),
            Sample("hash-in-upper-case", with("\"a\":\"", "\"a\":\"ABCDEF")),
        ]
    }

    private static func member(_ name: String, of payload: String) throws -> String {
        guard let start = payload.firstRange(of: "\"\(name)\":") else { throw BrokenPromise("a token has \(name)") }
        return String(payload[start]) + payload[start.upperBound...].prefix { $0 != "," && $0 != "}" }
    }

    private static func federated() -> [(String, [Sample])] {
        let header = #"{"alg":"RS256","kid":"1","typ":"JWT"}"#
        let claims =
            #"{"iss":"https://issuer.example","sub":"deploy","aud":"tenure","exp":1795443300,"#
            + #""iat":1795442400,"jti":"a"}"#
        func token(_ header: String, _ claims: String) -> String {
            [header, claims, "signature"].map { Base64URL.text(Array($0.utf8)) }.joined(separator: ".")
        }
        return [
            (
                "federated-token",
                [
                    Sample("valid-one", token(header, claims)), Sample("empty", ""), Sample("two-dots", ".."),
                    Sample("newline-after", token(header, claims) + "\n"),
                    Sample("five-parts", token(header, claims) + ".AA.AA"),
                    Sample("no-signature", String(token(header, claims).dropLast(12))),
                    Sample("padding", token(header, claims) + "="),
                    Sample("header-number-of-1e300", token(#"{"alg":"RS256","kid":"1","x":1e300}"#, claims)),
                    Sample("aud-empty-list", token(header, #"{"iss":"https://issuer.example","aud":[]}"#)),
                    Sample("json-form", #"{"payload":"e30","protected":"e30","signature":"AA"}"#),
                ]
            ),
            (
                "federated-header",
                [
                    Sample("valid-one", header),
                    Sample("valid-x5c", #"{"alg":"PS256","kid":"1","x5c":["AA"],"x5t":"AA","typ":"at+JWT"}"#),
                    Sample("empty", ""), Sample("number-of-1e300", #"{"alg":"RS256","kid":"1","x":1e300}"#),
                    Sample("alg-none", #"{"alg":"none","kid":"1"}"#),
                    Sample("alg-hs256", #"{"alg":"HS256","kid":"1"}"#),
                    Sample("alg-number", #"{"alg":1,"kid":"1"}"#),
                    Sample("alg-twice", #"{"alg":"RS256","alg":"none","kid":"1"}"#),
                    Sample("no-kid", #"{"alg":"RS256"}"#), Sample("kid-number", #"{"alg":"RS256","kid":1}"#),
                    Sample("crit", #"{"alg":"RS256","kid":"1","crit":["b64"],"b64":false}"#),
                    Sample("jwk", #"{"alg":"RS256","kid":"1","jwk":{"kty":"oct"}}"#),
                    Sample("jku", #"{"alg":"RS256","kid":"1","jku":"https://evil.example"}"#),
                    Sample("zip", #"{"alg":"RS256","kid":"1","zip":"DEF"}"#),
                    Sample("typ-logout", #"{"alg":"RS256","kid":"1","typ":"logout+jwt"}"#),
                    Sample("byte-order-mark", "\u{FEFF}" + header),
                    Sample("a-list", "[]"), Sample("kid-kelvin", #"{"alg":"RS256","\#u{212A}id":"1"}"#),
                ]
            ),
            ("federated-claims", federatedClaims(claims)),
        ]
    }

    private static func federatedClaims(_ claims: String) -> [Sample] {
        func with(_ new: String, for old: String) -> String { claims.replacing(old, with: new) }
        return [
            Sample("valid-one", claims),
            Sample("valid-list", with("\"aud\":[\"tenure\",\"b\"]", for: "\"aud\":\"tenure\"")),
            Sample(
                "valid-nested",
                #"{"iss":"i","kubernetes.io":{"namespace":"a","pod":{"uid":"1"}},"n":[1,2.5,-0,1e300,null]}"#),
            Sample("empty", ""), Sample("a-list", "[]"),
            Sample("aud-empty-list", with("\"aud\":[]", for: "\"aud\":\"tenure\"")),
            Sample("aud-empty-text", with("\"aud\":\"\"", for: "\"aud\":\"tenure\"")),
            Sample("aud-number", with("\"aud\":7", for: "\"aud\":\"tenure\"")),
            Sample(
                "aud-list-of-17",
                with(
                    "\"aud\":[\(Array(repeating: "\"a\"", count: 17).joined(separator: ","))]",
                    for: "\"aud\":\"tenure\"")),
            Sample("exp-negative", with("-1", for: "1795443300")),
            Sample("exp-fraction", with("1795443300.5", for: "1795443300")),
            Sample("exp-exponent", with("1e300", for: "1795443300")),
            Sample("exp-past-2-to-53", with("9007199254740993", for: "1795443300")),
            Sample("exp-text", with("\"1795443300\"", for: "1795443300")), Sample("iss-missing", "{}"),
            Sample("iss-number", #"{"iss":7}"#),
            Sample("iss-twice", with("\"iss\":\"a\",\"iss\":\"b\"", for: "\"iss\":\"https://issuer.example\"")),
            Sample("nul-in-sub", with("\"sub\":\"admin\\u0000x\"", for: "\"sub\":\"deploy\"")),
            Sample("deep", String(repeating: "[", count: 17) + String(repeating: "]", count: 17)),
        ]
    }
}
