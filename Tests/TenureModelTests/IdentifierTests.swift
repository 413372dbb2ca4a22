internal import Foundation
internal import TenureModel
internal import Testing

@Suite("Identifiers")
struct IdentifierTests {
    /// The UUIDv7 of RFC 9562, appendix A.6: 2022-02-22T19:22:22Z.
    private let known = WorkloadID(high: 0x017F_22E2_79B0_7CC3, low: 0x98C4_DC0C_0C07_398F)
    private let knownText = "wkl_01fwhe4ydgfk1shh6w1g60eecf"

    @Test("the UUIDv7 of RFC 9562, appendix A.6, has its known text and bytes")
    func knownAnswer() throws {
        #expect(known.text == knownText)
        #expect(try WorkloadID(knownText) == known)
        #expect(
            known.bytes == [
                0x01, 0x7F, 0x22, 0xE2, 0x79, 0xB0, 0x7C, 0xC3, 0x98, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F,
            ])
        #expect(try WorkloadID(bytes: known.bytes) == known)
    }

    @Test("the smallest and the largest id have canonical texts")
    func extremes() throws {
        let least = WorkloadID(high: 0, low: 0)
        let most = WorkloadID(high: .max, low: .max)
        #expect(least.text == "wkl_00000000000000000000000000")
        #expect(most.text == "wkl_7zzzzzzzzzzzzzzzzzzzzzzzzz")
        #expect(try WorkloadID(least.text) == least)
        #expect(try WorkloadID(most.text) == most)
        #expect(least < most)
    }

    @Test("an id of an instant and ten bytes is the UUIDv7 of both, whatever stands in the bits of version and variant")
    func versionAndVariant() {
        let time = Timestamp(clampingMilliseconds: 1_645_557_742_000)
        let random: [UInt8] = [0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F]
        #expect(WorkloadID(at: time, random: random) == known)
        var full = random
        full[0] |= 0xF0
        full[2] |= 0xC0
        #expect(WorkloadID(at: time, random: full) == known)
        let ones = WorkloadID(at: .distantFuture, random: [UInt8](repeating: 0xFF, count: 12))
        #expect(ones.bytes[6] >> 4 == 7)
        #expect(ones.bytes[8] >> 6 == 2)
    }

    @Test("ids sort by the instant they were made at, as their bytes and their texts do")
    func order() {
        var generator = SeededGenerator(seed: 7)
        var last = WorkloadID(high: 0, low: 0)
        for step in 0..<500 {
            let time = Timestamp(clampingMilliseconds: 1_795_442_400_000 + Int64(step))
            let next = WorkloadID(at: time, random: generator.bytes(10))
            #expect(last < next)
            #expect(last.bytes.lexicographicallyPrecedes(next.bytes))
            #expect(last.text.utf8.lexicographicallyPrecedes(next.text.utf8))
            last = next
        }
    }

    @Test("text, bytes and JSON lead back to the same id", arguments: 0..<8 as Range<UInt64>)
    func roundTrips(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let id = CredentialID(high: generator.next(), low: generator.next())
            #expect(try CredentialID(id.text) == id)
            #expect(try CredentialID(bytes: id.bytes) == id)
            #expect(id.text.utf8.count == 30)
            let json = try JSONEncoder().encode([id])
            #expect(json == Data("[\"\(id.text)\"]".utf8))
            #expect(try JSONDecoder().decode([CredentialID].self, from: json) == [id])
        }
    }

    @Test(
        "T3 only the canonical text is an id",
        arguments: [
            "wkl_01FWHE4YDGFK1SHH6W1G60EECF", "WKL_01fwhe4ydgfk1shh6w1g60eecf",
            // Crockford reads o as 0, i and l as 1; u is no letter of his.
            "wkl_o1fwhe4ydgfk1shh6w1g60eecf", "wkl_0ifwhe4ydgfk1shh6w1g60eecf", "wkl_0lfwhe4ydgfk1shh6w1g60eecf",
            "wkl_01fwhe4ydgfk1shh6w1g60eecu",
            // 26 characters hold 130 bits: the two spare ones are zero.
            "wkl_8zzzzzzzzzzzzzzzzzzzzzzzzz", "wkl_g1fwhe4ydgfk1shh6w1g60eecf", "wkl_zzzzzzzzzzzzzzzzzzzzzzzzzz",
            // Of another kind, or of none.
            "crd_01fwhe4ydgfk1shh6w1g60eecf", "wkl-01fwhe4ydgfk1shh6w1g60eecf", "01fwhe4ydgfk1shh6w1g60eecf",
            "wkl_", "wkl", "",
            // Too short, too long, split, surrounded.
            "wkl_01fwhe4ydgfk1shh6w1g60eec", "wkl_01fwhe4ydgfk1shh6w1g60eecf0", "wkl_01fwhe4ydg-k1shh6w1g60eecf",
            " wkl_01fwhe4ydgfk1shh6w1g60eecf", "wkl_01fwhe4ydgfk1shh6w1g60eecf\n", "wkl_01fwhe4ydgfk1shh6w1g60eecf\0",
            // KELVIN SIGN for k takes three bytes; a full-width digit too.
            "w\u{212A}l_01fwhe4ydgfk1shh6w1g60eecf", "wkl_01fwhe4ydgf\u{212A}1shh6w1g60eecf",
            "wkl_\u{FF10}1fwhe4ydgfk1shh6w1g60eecf",
            // As many bytes as an id has, by a combining accent.
            "wkl_01fwhe4ydgfk1shh6w1g60ee\u{301}",
        ])
    func refused(text: String) {
        #expect(throws: IdentifierError.malformed) { try WorkloadID(text) }
    }

    @Test("any count of bytes but sixteen is no id", arguments: [0, 1, 15, 17, 32])
    func byteCount(count: Int) {
        #expect(throws: IdentifierError.malformed) { try WorkloadID(bytes: [UInt8](repeating: 1, count: count)) }
    }

    @Test("every kind of FORMATS has its prefix, and no two share one")
    func prefixes() {
        let prefixes = [
            PersonKind.prefix, TeamKind.prefix, WorkloadKind.prefix, TrustKind.prefix, ProfileKind.prefix,
            EntitlementKind.prefix, CredentialKind.prefix, SessionKind.prefix, LoginKind.prefix, RevocationKind.prefix,
            CaseKind.prefix, RotationKind.prefix, KeyVersionKind.prefix, IssuerKind.prefix, OperationKind.prefix,
            PlanKind.prefix,
        ]
        #expect(
            prefixes == [
                "prs", "tem", "wkl", "tru", "prf", "ent", "crd", "ses", "lgn", "cut", "cas", "rot", "key", "iss", "opr",
                "pln",
            ])
    }
}

@Suite("Identity ids")
struct IdentityIDTests {
    @Test("a text is of the kind that its prefix says", arguments: ["prs", "tem", "wkl"])
    func kinds(prefix: String) throws {
        let text = prefix + "_01fwhe4ydgfk1shh6w1g60eecf"
        let id = try IdentityID(text)
        #expect(id.text == text)
        #expect(try IdentityID(kind: id.kind, bytes: id.bytes) == id)
        let expected: IdentityKind = ["prs": .person, "tem": .team][prefix] ?? .workload
        #expect(id.kind == expected)
    }

    @Test("ids of the same bytes and another kind are different")
    func kindsDiffer() throws {
        let person = try IdentityID("prs_01fwhe4ydgfk1shh6w1g60eecf")
        let team = try IdentityID("tem_01fwhe4ydgfk1shh6w1g60eecf")
        #expect(person != team)
        #expect(person.bytes == team.bytes)
    }

    @Test(
        "what is no person, team or workload is no identity",
        arguments: [
            "crd_01fwhe4ydgfk1shh6w1g60eecf", "prs_01FWHE4YDGFK1SHH6W1G60EECF", "prs", "",
            "prs\u{301}_01fwhe4ydgfk1shh6w1g60eec", "person/ada",
        ])
    func refused(text: String) {
        #expect(throws: IdentifierError.malformed) { try IdentityID(text) }
    }

    @Test("bytes of the wrong count are no identity of any kind", arguments: IdentityKind.allCases)
    func byteCount(kind: IdentityKind) {
        #expect(throws: IdentifierError.malformed) { try IdentityID(kind: kind, bytes: [1, 2, 3]) }
    }
}
