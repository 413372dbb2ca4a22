internal import TenureModel
internal import Testing

@Suite("Object references")
struct ObjectReferenceTests {
    @Test("every kind is parsed from its word and printed as it was", arguments: ObjectReference.Kind.allCases)
    func kinds(kind: ObjectReference.Kind) throws {
        let reference = try ObjectReference(kind.rawValue + "/deploy")
        #expect(reference == ObjectReference(kind: kind, name: "deploy"))
        #expect(reference.description == kind.rawValue + "/deploy")
    }

    @Test("only the first slash divides: an owner is named by reference, an audience by address")
    func nested() throws {
        #expect(try ObjectReference("owner/person/ada") == ObjectReference(kind: .owner, name: "person/ada"))
        #expect(try ObjectReference("audience/https://a/b").name == "https://a/b")
        #expect(try ObjectReference("entitlement/ent_01fwhe4ydgfk1shh6w1g60eecf@3").name.hasSuffix("@3"))
    }

    @Test("a name has 1 to 160 characters")
    func limit() throws {
        let most = String(repeating: "x", count: 160)
        #expect(try ObjectReference("entitlement/" + most).name == most)
        #expect(throws: NameError.malformed) { try ObjectReference("entitlement/" + most + "x") }
        #expect(throws: NameError.malformed) { try ObjectReference("entitlement/") }
    }

    @Test(
        "T3 what is no kind, no slash or no visible ASCII is no reference",
        arguments: [
            "", "/", "deploy", "workload", "/deploy", "workloads/deploy", "Workload/deploy", " workload/deploy",
            "workload /deploy", "workload/de ploy", "workload/deploy\n", "workload/deploy\0", "workload/caf\u{E9}",
            "wor\u{212A}load/deploy", "workload\u{2215}deploy", "workload/\u{202E}deploy", "workload/\u{301}x",
        ])
    func refused(text: String) {
        #expect(throws: NameError.malformed) { try ObjectReference(text) }
    }

    @Test("an identity's reference has its kind and its name", arguments: IdentityKind.allCases)
    func identities(kind: IdentityKind) throws {
        #expect(ObjectReference.Kind(kind).rawValue == kind.rawValue)
        let id = try IdentityID(kind: kind, bytes: [UInt8](repeating: 1, count: 16))
        let identity = Identity(
            id: id, number: 1, version: 1, name: try Name("deploy"), state: .active, body: .person)
        #expect(identity.reference.description == kind.rawValue + "/deploy")
    }
}
