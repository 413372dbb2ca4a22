internal import StrictYAML
internal import Testing

@Suite("YAML, strictly")
struct YAMLMappingTests {
    private func read(_ text: String) throws(YAMLFault) -> YAMLMapping { try YAMLMapping(file: "f.yaml", text: text) }

    @Test("values come as the types that stand there")
    func values() throws {
        let file = try read(
            """
            text: a b
            quoted: "600"
            number: 600
            flag: true
            list: [a, "1"]
            nested: {inner: x}
            items:
              - {name: one}
              - {name: two}
            nothing:
            """)
        #expect(try file.string("text") == "a b")
        #expect(try file.string("quoted") == "600")
        #expect(try file.int64("number") == 600)
        #expect(try file.bool("flag") == true)
        #expect(try file.strings("list") == ["a", "1"])
        #expect(try file.mapping("nested")?.requiredString("inner") == "x")
        #expect(try file.mappings("items")?.map { try $0.requiredString("name") } == ["one", "two"])
        #expect(try file.string("nothing") == nil)
        #expect(try file.string("absent") == nil)
        #expect(file.keys.count == 8)
    }

    @Test("an unknown key names file, line and the nearest known key")
    func unknown() throws {
        let file = try read("name: a\npurpose: b\nonwer: person/c\n")
        let fault = #expect(throws: YAMLFault.self) { try file.refuseUnknown(known: ["name", "purpose", "owner"]) }
        #expect(fault?.description == "f.yaml:3:1: unknown key `onwer`; did you mean `owner`?")
    }

    @Test("a fault in a nested value names its path and its own line")
    func nested() throws {
        let file = try read("trusts:\n  - name: a\n    count: 1\n  - name: b\n    count: many\n")
        let items = try #require(try file.mappings("trusts"))
        let fault = #expect(throws: YAMLFault.self) { try items[1].int64("count") }
        #expect(fault?.description == "f.yaml:5:12: `trusts[1].count` must be a whole number")
    }

    @Test(
        "what some reader takes for a number, a truth value or nothing is no text",
        arguments: ["yes", "No", "off", "true", "1", "1.5", "1e3", "0x1F", "-7", "~", ".nan"])
    func ambiguous(_ value: String) throws {
        let file = try read("list: [\(value)]\nkey: \(value)\n")
        #expect(throws: YAMLFault.self) { try file.strings("list") }
        if value != "~" { #expect(throws: YAMLFault.self) { try file.string("key") } }
        #expect(try read("key: \"\(value)\"").string("key") == value)
    }

    @Test(
        "a whole number has one form",
        arguments: ["+5", "05", "5_000", "0x10", "1e3", "5.0", "\"5\"", "9223372036854775808", "five", "[5]"])
    func numbers(_ value: String) throws {
        let file = try read("key: \(value)")
        #expect(throws: YAMLFault.self) { try file.int64("key") }
    }

    @Test("a truth value is true or false", arguments: ["yes", "True", "1", "\"true\"", "on"])
    func flags(_ value: String) throws {
        let file = try read("key: \(value)")
        #expect(throws: YAMLFault.self) { try file.bool("key") }
    }

    @Test("a value of another shape is refused", arguments: ["[a]", "{b: c}"])
    func shapes(_ value: String) throws {
        let file = try read("key: \(value)\ntext: a")
        #expect(throws: YAMLFault.self) { try file.string("key") }
        #expect(throws: YAMLFault.self) { try file.strings("text") }
        #expect(throws: YAMLFault.self) { try file.mapping("text") }
        #expect(throws: YAMLFault.self) { try file.mappings("text") }
    }

    @Test("what is required and not there is a fault at the mapping")
    func required() throws {
        let file = try read("a: 1\nnested:\n  b: c\n")
        let nested = try #require(try file.mapping("nested"))
        let fault = #expect(throws: YAMLFault.self) { try nested.requiredString("name") }
        #expect(fault?.line == 3)
        #expect(fault?.message == "`nested.name` is required")
    }

    @Test(
        "what is not plain data is refused, with its line",
        arguments: [
            ("a: 1\nb: 2\na: 3\n", 0), ("x: {a: 1, a: 2}", 0), ("a: &n 1\nb: 2", 1), ("a: 1\nb: *n\n", 2),
            ("a: !!binary AAAA", 1), ("a: 1\n---\nb: 2\n", 0), ("- a\n- b", 1), ("a: [1, 2", 0), ("", 0), ("text", 1),
            ("? [a]\n: b", 1), ("a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: {n: {o: {p: q}}}}}}}}}}}}}}}", 1),
        ])
    func refused(_ text: String, _ line: Int) {
        let fault = #expect(throws: YAMLFault.self) { try read(text) }
        if line > 0 { #expect(fault?.line == line) }
        #expect(fault?.file == "f.yaml")
    }

    @Test("a key that stands twice is named")
    func duplicate() {
        let fault = #expect(throws: YAMLFault.self) { try read("name: 1\nother: 2\nname: 3\n") }
        #expect(fault?.message == "the key `name` stands twice")
    }

    @Test("T1 a file of brackets or beyond 4 MiB is refused at once")
    func large() {
        #expect(throws: YAMLFault.self) { try read("a: " + String(repeating: "[", count: 100_000)) }
        #expect(throws: YAMLFault.self) { try read("a: " + String(repeating: "x", count: 5_000_000)) }
    }

    @Test("T41 a key is shown without what moves a cursor")
    func printable() throws {
        let file = try read("\"a\\e[2J\": 1")
        let fault = #expect(throws: YAMLFault.self) { try file.refuseUnknown(known: ["b"]) }
        #expect(fault?.message == "unknown key `a?[2J`")
    }

    @Test("T5 no fault quotes a value", arguments: ["canary-7f3a: [", "key: [canary-7f3a\n", "key: *canary-7f3a"])
    func canary(_ text: String) throws {
        let fault = #expect(throws: YAMLFault.self) { try read("password: canary-7f3a\n" + text) }
        #expect(fault?.description.contains("password: canary") == false)
    }
}
