internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@Suite("Hashed references")
struct HashedReferenceTests {
    /// The number by the words of FORMATS, section 3.
    static func number(_ kind: String, _ text: [UInt8]) -> Int64 {
        let hash = SHA256.hash(Array(("tenure/ref/v1" + kind).utf8) + text)
        let first = hash[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int64(1) << 62 + Int64(first / 4)
    }

    @Test("each kind hashes what the format names")
    func kinds() throws {
        let credential = CredentialID(high: 1, low: 2)
        let workload = IdentityID.workload(WorkloadID(high: 3, low: 4))
        let name = try EnvironmentName("production")
        let hash = [UInt8](repeating: 7, count: 32)
        let id = [UInt8](repeating: 9, count: 16)
        let expected: [(LineageReference, LineageReference.Kind, String, [UInt8])] = [
            (.environment(name), .environment, "v", Array("production".utf8)),
            (.instance(identity: workload, text: "42.1"), .instance, "n", workload.bytes + Array("42.1".utf8)),
            (.credential(credential), .credential, "c", credential.bytes),
            (.family(ofFirst: credential), .family, "c", credential.bytes),
            (.authentication(issuer: "https://i", jti: "j"), .authentication, "a", Array("https://i\0j".utf8)),
            (.authentication(tokenHash: hash), .authentication, "a", hash),
            (.authentication(bootstrapSecret: id), .authentication, "a", id),
            (.subjectKey(spkiDER: [1, 2, 3]), .subjectKey, "s", [1, 2, 3]),
            (.signingKey(kid: "0123456789abcdef"), .signingKey, "k", Array("0123456789abcdef".utf8)),
            (.signingKey(spkiDER: [4, 5]), .signingKey, "k", [4, 5]),
        ]
        for (reference, kind, letter, text) in expected {
            #expect(reference.kind == kind)
            #expect(reference.number == Self.number(letter, text))
            #expect(reference.number >= 1 << 62)
        }
    }

    // Computed with coreutils: printf 'tenure/ref/v1vproduction' | sha256sum
    @Test("the number of an environment is the known one")
    func knownAnswer() throws {
        #expect(LineageReference.environment(try EnvironmentName("production")).description == "v5255b104939048c3")
    }

    @Test("the text of a reference is read back, and no other spelling of it")
    func text() throws {
        for reference in [LineageReference(.identity, 0), LineageReference(.trust, 12), .signingKey(kid: "x")] {
            #expect(LineageReference(referenceText: reference.description) == reference)
        }
        for text in [
            "", "i", "i-1", "i+1", "i01", "i1 ", "x1", "I1", "v12", "v4012", "vffffffffffffffff", "v401200000000000G",
            "i99999999999999999999", "i٣", "é1",
        ] {
            #expect(LineageReference(referenceText: text) == nil)
        }
    }
}
