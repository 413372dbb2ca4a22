/// JSON, forms, YAML, key sets and metadata: right ones, and each with one fault (T4, T16, T19).
enum JSONSamples {
    static func all() -> [(String, [Sample])] {
        [
            ("json", json), ("request-bodies", bodies), ("form", forms), ("jwks", keySets), ("discovery", discovery),
            ("key-url", addresses), ("yaml", yaml), ("estate-yaml", estates), ("profile-yaml", profiles),
        ]
    }

    private static let json = [
        Sample("valid-one", #"{"a":[1,-2.5e3,true,null,"x\n\u00e9\ud83d\ude00"],"b":{"c":""}}"#),
        Sample("valid-number", "9223372036854775807"),
        Sample("key-twice-in-two-forms", "{\"\u{E9}\":1,\"e\u{301}\":2}"), Sample("valid-16-deep", deep(16)),
        Sample("empty", ""),
        Sample("17-deep", deep(17)),
        Sample("1001-keys", "{" + (0...1000).map { "\"\($0)\":0" }.joined(separator: ",") + "}"),
        Sample("key-twice", #"{"a":1,"\u0061":2}"#), Sample("byte-order-mark", "\u{FEFF}{}"),
        Sample("utf-16", [0xFF, 0xFE, 0x7B, 0, 0x7D, 0]),
        Sample("nul-escaped", #""\u0000""#), Sample("control-character", "\"a\tb\""),
        Sample("lone-surrogate", #""\ud800""#),
        Sample("surrogates-swapped", #""\ude00\ud83d""#), Sample("overlong-utf-8", [0x22, 0xC0, 0xAF, 0x22]),
        Sample("comma-after", "[1,]"),
        Sample("leading-zero", "[007]"), Sample("plus", "[+1]"), Sample("nan", "[NaN]"),
        Sample("trailing-bytes", "{} {}"),
    ]

    private static func deep(_ count: Int) -> String {
        String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }

    private static let bodies = [
        Sample("valid-login", #"{"method":"oidc","token":"a.b.c","trust":"deploy-dev"}"#),
        Sample("valid-token", #"{"profile":"ci-token","audience":"registry","scope":["push"],"ttl_seconds":600}"#),
        Sample(
            "valid-certificate",
            #"{"profile":"service-tls","csr":"-----BEGIN CERTIFICATE REQUEST-----\n","dry_run":true}"#),
        Sample("valid-revocation", #"{"target":{"token":"tnr_x"},"reason":"keyCompromise"}"#),
        Sample(
            "valid-offboarding",
            #"{"target":"person/owner","transfer_to":"team/platform","reason":"cessationOfOperation"}"#),
        Sample("empty", ""), Sample("unknown-key", #"{"profile":"ci-token","audience":"registry","scopes":["push"]}"#),
        Sample("ttl-past-int64", #"{"profile":"ci-token","audience":"registry","ttl_seconds":9223372036854775808}"#),
        Sample("ttl-fraction", #"{"profile":"ci-token","audience":"registry","ttl_seconds":1.5}"#),
        Sample("ttl-exponent", #"{"profile":"ci-token","audience":"registry","ttl_seconds":1e300}"#),
        Sample("scope-text", #"{"profile":"ci-token","audience":"registry","scope":"push pull"}"#),
        Sample("two-targets", #"{"target":{"token":"a","certificate":"b"},"reason":"keyCompromise"}"#),
        Sample("key-twice", #"{"profile":"a","profile":"b","audience":"registry"}"#), Sample("a-list", "[]"),
    ]

    private static let forms = [
        Sample("valid-introspection", "token=tnr_a.b.c&token_type_hint=access_token"),
        Sample("valid-plus-and-percent", "token=a+b%20c%C3%A9"),
        Sample(
            "valid-exchange",
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=x&audience=registry"),
        Sample("valid-empty", ""), Sample("field-twice", "token=a&token=b"),
        Sample("field-twice-escaped", "token=a&%74oken=b"),
        Sample("bad-escape", "token=%zz"), Sample("cut-escape", "token=%4"), Sample("nul", "token=a%00b"),
        Sample("newline", "token=a%0d%0ab"),
        Sample("bad-utf-8", "token=%C3%28"), Sample("no-name", "=a"),
        Sample("33-fields", (0...32).map { "a\($0)=b" }.joined(separator: "&")),
        Sample("ampersand-after", "token=a&"),
    ]

    private static let modulus = "x" + String(repeating: "Vb9_", count: 85) + "w"

    private static func rsa(_ more: String = #""alg":"RS256","use":"sig","#, n: String? = nil, e: String = "AQAB")
        -> String
    {
        "{\"kty\":\"RSA\",\(more)\"kid\":\"1\",\"n\":\"\(n ?? modulus)\",\"e\":\"\(e)\"}"
    }

    private static let ec =
        #"{"kty":"EC","crv":"P-256","kid":"2","alg":"ES256","x":"#
        + #""f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#

    private static func set(_ keys: String...) -> String { "{\"keys\":[\(keys.joined(separator: ","))]}" }

    private static let keySets = [
        Sample("valid-rfc-7515-ec", set(ec)),
        Sample("valid-oct-is-skipped", set(#"{"kty":"oct","kid":"3","k":"AAECAw"}"#, ec)),
        Sample("valid-unknown-kind-is-skipped", set(#"{"kty":"AKP","kid":"9","alg":"ML-DSA-44","pub":"AA"}"#, ec)),
        Sample("valid-encryption-key-is-skipped", set(rsa(#""use":"enc","alg":"RSA-OAEP","#), ec)),
        Sample("empty", ""), Sample("no-keys", #"{"keys":[]}"#), Sample("keys-of-text", #"{"keys":["a"]}"#),
        Sample("a-list", "[]"),
        Sample("oct-alone", set(#"{"kty":"oct","kid":"1","k":"AA"}"#)), Sample("equal-kids", set(ec, ec)),
        Sample("rsa-exponent-one", set(rsa(e: "AQ"))), Sample("rsa-512", set(rsa(n: String(modulus.prefix(86))))),
        Sample("rsa-16384", set(rsa(n: String(repeating: modulus, count: 8)))),
        Sample("point-off-curve", set(ec.replacing("x_FEzRu9", with: "x_FEzRu8"))),
        Sample("coordinate-too-long", set(ec.replacing("f83O", with: "AAAAf83O"))),
        Sample("no-kid", set(ec.replacing("\"kid\":\"2\",", with: ""))),
        Sample("number-of-1e300", "{\"keys\":[],\"x\":1e300}"),
        Sample("key-twice", set(ec.replacing("\"crv\"", with: "\"kty\":\"oct\",\"crv\""))),
    ]

    private static let discovery = [
        Sample(
            "valid-one",
            #"{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/keys","#
                + #""response_types_supported":["id_token"]}"#
        ),
        Sample(
            "valid-metadata-address", #"{"issuer":"https://issuer.example","jwks_uri":"http://169.254.169.254/latest"}"#
        ),
        Sample("empty", ""),
        Sample("other-issuer", #"{"issuer":"https://issuer.example/","jwks_uri":"https://issuer.example/keys"}"#),
        Sample("no-address", #"{"issuer":"https://issuer.example"}"#),
        Sample("address-of-numbers", #"{"issuer":"https://issuer.example","jwks_uri":7}"#),
        Sample(
            "issuer-twice",
            #"{"issuer":"https://evil.example","issuer":"https://issuer.example","jwks_uri":"https://evil.example"}"#),
    ]

    private static let addresses = [
        Sample("valid-one", "https://issuer.example:8443/keys?a=b"), Sample("valid-ipv6", "https://[2001:db8::1]/keys"),
        Sample("valid-no-path", "https://issuer.example"), Sample("valid-query-alone", "https://issuer.example?a"),
        Sample("empty", ""),
        Sample("http", "http://issuer.example/keys"), Sample("upper-scheme", "HTTPS://issuer.example"),
        Sample("user", "https://a@evil.example/"),
        Sample("user-in-front-of-at", "https://issuer.example@evil.example/"),
        Sample("backslash", #"https://evil.example\@issuer.example/"#),
        Sample("fragment", "https://issuer.example/#keys"), Sample("port-zero", "https://issuer.example:0/"),
        Sample("port-65536", "https://issuer.example:65536/"),
        Sample("port-missing", "https://issuer.example:/"), Sample("short-address", "https://127.1/"),
        Sample("hex-address", "https://0x7f.1/"),
        Sample("newline", "https://issuer.example/\r\nHost: a"), Sample("zone", "https://[fe80::1%25lo]/"),
        Sample("no-host", "https:///keys"),
        Sample("not-ascii", "https://issu\u{E9}r.example/"),
    ]

    private static let yaml = [
        Sample(
            "valid-configuration",
            "listen: 127.0.0.1:8443\nstore:\n  path: /var/lib/tenure\nlimits: {connections: 1000}\n"
                + "log:\n  - level: info\n"
        ),
        Sample("valid-quoted", "a: 'it''s'\n\"b\": \"\\u00e9\"\nc: |\n  one\n  two\n"), Sample("empty", ""),
        Sample("a-list", "- a\n"),
        Sample("anchor", "a: &x 1\nb: *x\n"), Sample("merge", "a: &x {b: 1}\nc:\n  <<: *x\n"),
        Sample("tag", "a: !!python/object:os.system x\n"),
        Sample("key-twice", "a: 1\na: 2\n"), Sample("two-documents", "a: 1\n---\nb: 2\n"),
        Sample("nul", "a: \"x\0y\"\n"),
        Sample("key-of-a-list", "? [a, b]\n: 1\n"),
        Sample("deep", String(repeating: "{a: ", count: 17) + String(repeating: "}", count: 17)),
        Sample("brackets", String(repeating: "[", count: 2000)),
        Sample("billion-laughs", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"),
        Sample("tab-indent", "a:\n\tb: 1\n"), Sample("not-utf-8", [0x61, 0x3A, 0x20, 0xC3, 0x28, 0x0A]),
        Sample("not-closed", "a: \"b\n"),
    ]

    private static let estate = """
        apiVersion: tenure/1
        estate: example
        people: [{name: owner}]
        teams: [{name: platform, members: [owner]}]
        workloads:
          - {name: deploy, class: ci_job, owner: person/owner, purpose: Builds, environment: production}
        trusts:
          - name: deploy-ci
            workload: deploy
            preset: github
            audience: tenure
            claims: {repository_id: "1", protected: true, n: 7}
            presentations: 20
          - name: fixed
            workload: deploy
            issuer: {url: https://issuer.example, jwks: {file: keys.json}, networks: [10.0.0.0/8]}
            audience: tenure
            claims: {sub: deploy}
        entitlements:
          - identity: workload/deploy
            profile: ci-token
            constraints: {scopes: [push], lifetime_seconds: 600}
            justification: It builds
            ends: 2027-01-01T00:00:00Z

        """

    private static let estates = [
        Sample("valid-one", estate), Sample("valid-empty", "apiVersion: tenure/1\nestate: none\n"), Sample("empty", ""),
        Sample("other-version", estate.replacing("tenure/1", with: "tenure/2")),
        Sample("unknown-key", estate.replacing("workloads:", with: "workload:")),
        Sample("name-missing", estate.replacing("{name: owner}", with: "{}")),
        Sample("name-a-list", estate.replacing("{name: owner}", with: "{name: [owner]}")),
        Sample("claims-a-list", estate.replacing("{sub: deploy}", with: "[sub]")),
        Sample("two-key-sources", estate.replacing("{file: keys.json}", with: "{file: a, url: b}")),
        Sample("lifetime-text", estate.replacing("600", with: "soon")),
        Sample("lifetime-past-int64", estate.replacing("600", with: "9223372036854775808")),
        Sample("presentations-flag", estate.replacing("presentations: 20", with: "presentations: true")),
    ]

    private static let profile = """
        name: service-tls
        kind: certificate
        version: 1
        environment: production
        lifetime_seconds: 3600
        max_lifetime_seconds: 86400
        approval: none
        keys: [p256]
        names: [NAME.example.internal]
        usages: [server, client]
        revocation_seconds: 3600
        spiffe: true

        """

    private static let profiles = [
        Sample("valid-certificate", profile),
        Sample("valid-token", "name: ci\nkind: token\naudiences: [registry]\nscopes: [push]\n"),
        Sample("valid-administration", "name: auditor\nkind: administration\nacts: [audit.read]\nscope: everything\n"),
        Sample("empty", ""),
        Sample("kind-missing", profile.replacing("kind: certificate\n", with: "")),
        Sample("kind-other", profile.replacing("kind: certificate", with: "kind: cert")),
        Sample("key-of-another-kind", profile + "scopes: [push]\n"), Sample("unknown-key", profile + "lifetime: 5\n"),
        Sample("lifetime-fraction", profile.replacing("3600\nmax", with: "1.5\nmax")),
        Sample("flag-yes", profile.replacing("spiffe: true", with: "spiffe: yes")),
    ]
}
