internal import Foundation
internal import TenureModel
internal import Testing

@Suite("Grantors")
struct GrantorTests {
    @Test(
        "an identity's id and a policy are grantors, printed as they were parsed",
        arguments: [
            "prs_01fwhe4ydgfk1shh6w1g60eecf", "tem_01fwhe4ydgfk1shh6w1g60eecf", "policy/ci-token@3",
            "policy/first-administrator",
        ])
    func roundTrip(text: String) throws {
        let grantor = try Grantor(text)
        #expect(grantor.text == text)
        #expect(try JSONDecoder().decode([Grantor].self, from: try JSONEncoder().encode([grantor])) == [grantor])
    }

    @Test("a policy is never an identity")
    func kinds() throws {
        #expect(try Grantor("policy/ci-token@3") == .policy("ci-token@3"))
        #expect(try Grantor("prs_01fwhe4ydgfk1shh6w1g60eecf").text == "prs_01fwhe4ydgfk1shh6w1g60eecf")
    }

    @Test(
        "T3 nothing else is a grantor",
        arguments: [
            "", "policy", "policy/", "Policy/ci-token@3", "policy/CI", "policy/a b", "policy/a\0", "policy/a\r\n",
            "policy/caf\u{E9}", "policy/\u{301}a", "policy/a/b", "person/ada", "ent_01fwhe4ydgfk1shh6w1g60eecf",
            "policy/prs_01fwhe4ydgfk1shh6w1g60eecf", "policy/" + String(repeating: "a", count: 129),
        ])
    func refused(text: String) {
        #expect(throws: IdentifierError.malformed) { try Grantor(text) }
    }
}

@Suite("Claim conditions")
struct ClaimConditionTests {
    @Test("T3 values and names of claims are compared by their bytes")
    func bytes() {
        let composed = ClaimCondition(claim: "sub", value: .text("caf\u{E9}"))
        let decomposed = ClaimCondition(claim: "sub", value: .text("cafe\u{301}"))
        #expect(composed != decomposed)
        #expect(composed.value != decomposed.value)
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect(ClaimCondition.Value.text("K") != .text("\u{212A}"))
        #expect(ClaimCondition(claim: "K", value: .flag(true)) != ClaimCondition(claim: "\u{212A}", value: .flag(true)))
        #expect(ClaimCondition.Value.text("deploy") == .text("deploy"))
    }

    @Test("a value of one type is never equal to one of another")
    func types() {
        let values: [ClaimCondition.Value] = [
            .text("1"), .text("true"), .number(1), .number(0), .flag(true), .flag(false),
        ]
        for (place, value) in values.enumerated() {
            #expect(values.filter { $0 == value }.count == 1)
            #expect(values[place] == value)
        }
    }

    @Test("each type of value keeps its type in JSON")
    func json() throws {
        let json = Data(#"["1",1,true,"*",-5]"#.utf8)
        let values = try JSONDecoder().decode([ClaimCondition.Value].self, from: json)
        #expect(values == [.text("1"), .number(1), .flag(true), .text("*"), .number(-5)])
        #expect(try JSONEncoder().encode(values) == json)
    }

    @Test(
        "T1 values that cannot be compared exactly do not decode",
        arguments: ["1.5", "1e300", "null", "[]", "{}", "9223372036854775808"])
    func refused(text: String) {
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode([ClaimCondition.Value].self, from: Data("[\(text)]".utf8))
        }
    }
}
