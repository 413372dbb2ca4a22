/// Ids, names, references, times, networks and lists of weak keys: right ones, and each with one fault (T3).
enum TextSamples {
    static func all() -> [(String, [Sample])] {
        [
            ("identifier", identifiers), ("name", names), ("reference", references), ("claim-path", claimPaths),
            ("timestamp", timestamps), ("network", networks), ("weak-keys", weakKeys),
        ]
    }

    private static let weakKeys = [
        Sample("valid-list", "# RSA 2048\n00005890bc78bcbee3ca\n8df20e6961a16398b85a\n"),
        Sample("valid-unsorted", "ffffffffffffffffffff\n\n00000000000000000000\n# again\nffffffffffffffffffff\n"),
        Sample("valid-without-newline", "8df20e6961a16398b85a"), Sample("empty", ""),
        Sample("comments-alone", "# nothing\n\n"), Sample("capitals", "8DF20E6961A16398B85A\n"),
        Sample("whole-hash", "a3853d0c563765e504c18df20e6961a16398b85a\n"),
        Sample("short", "8df20e6961a16398b85\n"), Sample("long", "8df20e6961a16398b85a0\n"),
        Sample("carriage-return", "8df20e6961a16398b85a\r\n"), Sample("space-before", " 8df20e6961a16398b85a\n"),
        Sample("space-after", "8df20e6961a16398b85a \n"), Sample("comment-after", "8df20e6961a16398b85a # x\n"),
        Sample("not-hexadecimal", "8df20e6961a16398b85g\n"), Sample("nul", "8df20e6961a16398b85\0\n"),
        Sample("byte-order-mark", "\u{FEFF}8df20e6961a16398b85a\n"),
        Sample("comment-of-2-kib", "#" + String(repeating: "x", count: 2_048) + "\n8df20e6961a16398b85a\n"),
    ]

    private static let identifiers = [
        Sample("valid-workload", "wkl_01h455vb4pex5vsknk084sn02q"),
        Sample("valid-credential", "crd_01h455vb4pex5vsknk084sn02q"),
        Sample("valid-purpose", "token-ring/production"),
        Sample("valid-origin", "example.org/tenure/9f3a01bc"),
        Sample("valid-oid", "2.25.20186525457439760207255565310866713957"),
        Sample("empty", ""), Sample("upper-case", "wkl_01H455VB4PEX5VSKNK084SN02Q"),
        Sample("letter-o", "wkl_o1h455vb4pex5vsknk084sn02q"),
        Sample("past-128-bits", "wkl_81h455vb4pex5vsknk084sn02q"),
        Sample("short", "wkl_01h455vb4pex5vsknk084sn02"), Sample("long", "wkl_01h455vb4pex5vsknk084sn02qq"),
        Sample("other-prefix", "abc_01h455vb4pex5vsknk084sn02q"),
        Sample("newline-after", "wkl_01h455vb4pex5vsknk084sn02q\n"), Sample("oid-leading-zero", "1.02.3"),
        Sample("oid-second-arc", "1.40.1"), Sample("nul-after", "wkl_01h455vb4pex5vsknk084sn02q\0"),
    ]

    private static let names = [
        Sample("valid-name", "checkout"), Sample("valid-audience", "registry.example:5000/team_a"),
        Sample("valid-sentence", "Takes the orders of the shop, na\u{EF}vely"),
        Sample("valid-issuer", "https://tenure.example.org"), Sample("empty", ""),
        Sample("nul", "admin\0x"), Sample("newlines", "a\r\nb"), Sample("escape", "a\u{1B}[31mb"),
        Sample("bidi", "a\u{202E}b"), Sample("bad-utf-8", [0x61, 0xFF]),
        Sample("valid-decomposed", "e\u{301}"),
    ]

    private static let references = [
        Sample("valid-person", "person/ada"), Sample("valid-owner", "owner/person/ada"),
        Sample("valid-indexed", "i12"), Sample("valid-hashed", "v4000000000000001"),
        Sample("valid-environment", "environment/production"), Sample("empty", ""),
        Sample("unknown-kind", "human/ada lovelace"), Sample("no-name", "person/ "),
        Sample("space", "person/a b"), Sample("nul", "person/a\0"), Sample("kelvin", "\u{212A}ey/a b"),
        Sample("not-ascii", "person/\u{E9}"),
    ]

    private static let claimPaths = [
        Sample("valid-plain", "repository_id"), Sample("valid-nested", "/kubernetes.io/pod/uid"),
        Sample("valid-escaped", "/a~1b/c~0d"), Sample("empty", ""), Sample("escape-of-two", "/a~2b/c"),
        Sample("escape-cut", "/a/b~"),
    ]

    private static let timestamps = [
        Sample("valid-seconds", "2026-11-23T14:00:00Z"),
        Sample("valid-milliseconds", "2026-11-23T14:00:00.123Z"),
        Sample("valid-leap-day", "2028-02-29T00:00:00Z"),
        Sample("valid-last", "9999-12-31T23:59:59.999Z"), Sample("empty", ""),
        Sample("offset", "2026-11-23T14:00:00+01:00"), Sample("lower-case", "2026-11-23t14:00:00z"),
        Sample("no-leap-day", "2026-02-29T00:00:00Z"), Sample("leap-second", "2026-12-31T23:59:60Z"),
        Sample("hour-24", "2026-11-23T24:00:00Z"), Sample("month-zero", "2026-00-23T14:00:00Z"),
        Sample("before-1970", "1969-12-31T23:59:59Z"),
        Sample("two-digits-of-fraction", "2026-11-23T14:00:00.12Z"), Sample("sign", "+026-11-23T14:00:00Z"),
        Sample("arabic-digits", "\u{662}026-11-23T14:00:00Z"),
    ]

    private static let networks = [
        Sample("valid-block", "10.0.0.0/8"), Sample("valid-ipv6-block", "fd00::/8"),
        Sample("valid-address", "203.0.113.7"), Sample("valid-ipv6", "2001:db8::1"),
        Sample("valid-mapped", "::ffff:10.0.0.1"),
        Sample("valid-everything", "::/0"), Sample("empty", ""), Sample("host-bits", "10.0.0.1/8"),
        Sample("length-33", "10.0.0.0/33"), Sample("length-negative", "10.0.0.0/-1"),
        Sample("length-with-zero", "10.0.0.0/08"),
        Sample("octal", "010.0.0.1"), Sample("short", "127.1"), Sample("zone", "fe80::1%lo"),
        Sample("two-gaps", "1::2::3"), Sample("nine-groups", "1:2:3:4:5:6:7:8:9"),
        Sample("two-slashes", "10.0.0.0/8/8"),
        Sample("space", " 10.0.0.1"),
    ]
}
