internal import TenureModel
internal import Testing

@Suite("Lineage")
struct LineageTests {
    private func lineage(entitlements: [Int64] = [40], subjectKey: Int64? = 20) -> Lineage {
        Lineage(
            identity: 12, owner: 3, entitlements: entitlements, profile: 7, trust: 9, environment: 14, instance: 15,
            credential: 16, family: 17, authentication: 18, subjectKey: subjectKey, signingKey: 21)
    }

    @Test("references stand in the order of FORMATS, section 3")
    func order() {
        let references = lineage().references
        #expect(references.map(\.kind.rawValue).joined() == "ioeptvncfask")
        #expect(references.map(\.number) == [12, 3, 40, 7, 9, 14, 15, 16, 17, 18, 20, 21])
    }

    @Test("a token has no subject key, and a chain of entitlements has one reference for each")
    func variants() {
        #expect(lineage(subjectKey: nil).references.map(\.kind.rawValue).joined() == "ioeptvncfak")
        let chain = lineage(entitlements: [40, 30, 20, 10]).references
        #expect(chain.map(\.kind.rawValue).joined() == "ioeeeeptvncfask")
        #expect(chain.filter { $0.kind == .entitlement }.map(\.number) == [40, 30, 20, 10])
    }

    @Test("the kinds that Lineage lists are all that there are")
    func complete() {
        #expect(Set(lineage().references.map(\.kind)) == Set(LineageReference.Kind.allCases))
    }

    @Test("i o e p t v n are open, c f a s k are closed; i o e p t are indexed, the rest is hashed")
    func kinds() {
        let kinds = LineageReference.Kind.allCases
        #expect(kinds.filter(\.isOpen).map(\.rawValue).joined() == "ioeptvn")
        #expect(kinds.filter { !$0.isOpen }.map(\.rawValue).joined() == "cfask")
        #expect(kinds.filter(\.isIndexed).map(\.rawValue).joined() == "ioept")
    }

    @Test("hashed references are shown as sixteen hex digits, indexed ones as numbers")
    func descriptions() {
        #expect(LineageReference(.identity, 12).description == "i12")
        #expect(LineageReference(.environment, 0x4000_0000_0000_00FF).description == "v40000000000000ff")
        #expect(LineageReference(.credential, .max).hexText == "7fffffffffffffff")
        #expect(LineageReference(.credential, 0).hexText == "0000000000000000")
    }

    @Test("T1 the hex of a number out of range has sixteen digits, without a trap", arguments: [-1, .min] as [Int64])
    func negative(number: Int64) {
        #expect(LineageReference(.family, number).hexText.utf8.count == 16)
    }

    @Test("references sort by letter, then by number")
    func sorting() {
        let sorted = [
            LineageReference(.authentication, 9), LineageReference(.entitlement, 2), LineageReference(.entitlement, 10),
            LineageReference(.identity, 1),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test("marks on open references are compared with a token's index and a certificate's floor")
    func position() throws {
        let bytes = [UInt8](repeating: 1, count: 16)
        var credential = Credential(
            id: try CredentialID(bytes: bytes), kind: .token, index: 50, floor: 44,
            identity: try IdentityID(kind: .workload, bytes: bytes), identityVersion: 1,
            owner: try IdentityID(kind: .person, bytes: bytes), ownerVersion: 1, environment: try Name("production"),
            purpose: try Sentence("Tests"), entitlement: try EntitlementID(bytes: bytes), entitlementVersion: 3,
            profile: try ProfileID(bytes: bytes), profileVersion: 1, trust: try TrustID(bytes: bytes), trustVersion: 1,
            notBefore: Timestamp(clampingSeconds: 0), notAfter: Timestamp(clampingSeconds: 900), lineage: lineage(),
            body: .token(audience: try Audience("registry"), scopes: [], keyID: "k"))
        #expect(credential.position == 50)
        credential.kind = .certificate
        #expect(credential.position == 44)
        #expect(credential.entitlementVersionText == credential.entitlement.text + "@3")
    }
}

@Suite("Marks")
struct MarkTests {
    private func mark(_ kind: LineageReference.Kind, cut: Int64, changed: Int64 = 100) -> Mark {
        Mark(reference: LineageReference(kind, 12), cutIndex: cut, changedIndex: changed)
    }

    @Test(
        "a cut on an open reference kills what was issued below it and at it, and nothing above it",
        arguments: LineageReference.Kind.allCases.filter(\.isOpen))
    func open(kind: LineageReference.Kind) {
        #expect(mark(kind, cut: 50).kills(since: 49))
        #expect(mark(kind, cut: 50).kills(since: 50))
        #expect(!mark(kind, cut: 50).kills(since: 51))
        #expect(!mark(kind, cut: 50).kills(since: .max))
        #expect(mark(kind, cut: 0).kills(since: 0))
    }

    @Test(
        "a cut on a closed reference kills whatever index is claimed",
        arguments: LineageReference.Kind.allCases.filter { !$0.isOpen }, [-1, 0, 49, 50, 51, .max] as [Int64])
    func closed(kind: LineageReference.Kind, position: Int64) {
        #expect(mark(kind, cut: 50).kills(since: position))
        #expect(mark(kind, cut: 0).kills(since: position))
    }

    @Test(
        "a change without a cut kills nothing, not even what is unrecorded", arguments: LineageReference.Kind.allCases,
        [-1, 0, 50, 100, .max] as [Int64])
    func changed(kind: LineageReference.Kind, position: Int64) {
        #expect(!mark(kind, cut: Mark.neverCut).kills(since: position))
    }

    @Test("each reason has the code of RFC 5280, section 5.3.1")
    func reasons() {
        let codes = RevocationReason.allCases.map { "\($0.rawValue) \($0.code)" }
        #expect(
            codes == [
                "unspecified 0", "keyCompromise 1", "affiliationChanged 3", "superseded 4", "cessationOfOperation 5",
                "privilegeWithdrawn 9",
            ])
    }
}
