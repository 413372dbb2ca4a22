internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import Federation

@Suite("Key sets")
struct KeySetTests {
    private func failure(_ bytes: [UInt8]) -> KeySetError? {
        do {
            _ = try KeySetText(bytes)
            return nil
        } catch { return error }
    }

    private func json(_ text: String) throws -> StrictJSON.Value { try StrictJSON.parse(Array(text.utf8)) }

    /// A JWK with one member changed, of another id where that is not the member.
    private func other(_ jwk: StrictJSON.Value, _ name: String, _ value: StrictJSON.Value?) -> StrictJSON.Value {
        let changed = jwk.with(name, value: value)
        return name == "kid" ? changed : changed.with("kid", value: .string("other"))
    }

    @Test("T16 a key of another kind is skipped for its reason, and the rest holds")
    func skipped() async throws {
        let issuer = try await TestIssuer.es256()
        let rsa = try await TestIssuer.rsa("RS256").jwk
        let edwards = try await TestIssuer.edDSA().jwk
        let keys: [(StrictJSON.Value, SkippedKey.Reason)] = [
            (try json(#"{"kty":"oct","k":"c2VjcmV0","kid":"o"}"#), .privateKey),
            (try json(#"{"kty":"oct","kid":"o"}"#), .keyType),
            (other(issuer.jwk, "kty", .string("AKP")), .keyType),
            (other(issuer.jwk, "kty", .string("RSA")), .algorithm),
            (other(issuer.jwk, "crv", .string("P-521")), .keyType),
            (other(issuer.jwk, "crv", .string("secp256k1")), .keyType),
            (other(issuer.jwk, "crv", .string("P-384")), .algorithm), (other(issuer.jwk, "crv", nil), .keyType),
            (other(issuer.jwk, "use", .string("enc")), .use), (other(issuer.jwk, "use", .integer(1)), .use),
            (other(issuer.jwk, "key_ops", .array([.string("encrypt")])), .use),
            (other(issuer.jwk, "alg", .string("RS256")), .algorithm),
            (other(issuer.jwk, "alg", .string("HS256")), .algorithm),
            (other(rsa, "alg", .string("RSA-OAEP")), .algorithm), (other(rsa, "alg", .string("PS512")), .algorithm),
            (other(rsa, "alg", .null), .algorithm), (other(rsa, "n", .string("a=")), .malformed),
            (other(rsa, "e", nil), .malformed),
            (other(rsa, "n", .string("")), .malformed), (issuer.jwk.with("kid", value: nil), .noKeyID),
            (other(issuer.jwk, "kid", .integer(1)), .noKeyID), (other(issuer.jwk, "kid", .string("")), .noKeyID),
            (other(issuer.jwk, "d", .string("AAAA")), .privateKey), (other(rsa, "p", .string("AAAA")), .privateKey),
            (other(issuer.jwk, "x", .string("AAAA")), .malformed), (other(issuer.jwk, "y", nil), .malformed),
            (other(edwards, "crv", .string("X25519")), .keyType), (other(edwards, "x", .string("AAAA")), .malformed),
            (other(issuer.jwk, "kty", nil), .malformed),
            // On no curve: found only by whoever does the arithmetic.
            (other(issuer.jwk, "y", issuer.jwk["x"]), .malformed),
        ]
        for (key, reason) in keys {
            let set = try await KeySet(issuer.set(key), of: .development)
            #expect(set.keys.map(\.keyID) == ["key-1"], "\(key.jsonText)")
            #expect(set.skipped.map(\.reason) == [reason], "\(key.jsonText)")
            #expect(set.skipped.map(\.index) == [1])
        }
    }

    @Test("a key without `alg` has the one algorithm of its kind", arguments: ["RS256", "ES256", "ES384", "EdDSA"])
    func defaultAlgorithm(_ algorithm: String) async throws {
        let issuer = try await TestIssuer.of(algorithm)
        let set = try await KeySet(
            Array(#"{"keys":[\#(issuer.jwk.with("alg", value: nil).jsonText)]}"#.utf8), of: .development)
        #expect(set.keys.map(\.algorithm.rawValue) == [algorithm])
        let body = try FederatedTokenBody(issuer.token(#"{"iss":"a"}"#))
        #expect(throws: Never.self) { try set.keys[0].verify(body) }
    }

    @Test("T15 a token never chooses its algorithm or its key")
    func pinned() async throws {
        let issuer = try await TestIssuer.rsa("RS256")
        let pss = try await TestIssuer.rsa("PS256")
        let set = try await KeySet(issuer.set(try await TestIssuer.es256("key-2").jwk), of: .development)
        let key = try #require(set.key("key-1"))
        // The same numbers, a true signature, another algorithm: JWTKit would take it, and then no other.
        let forged = try FederatedTokenBody(pss.token(#"{"iss":"a"}"#))
        #expect(throws: SignatureFault.otherAlgorithm) { try key.verify(forged) }
        #expect(throws: Never.self) { try key.verify(try FederatedTokenBody(issuer.token(#"{"iss":"a"}"#))) }
        let relabelled = try FederatedTokenBody(pss.token(#"{"iss":"a"}"#, header: issuer.header))
        #expect(throws: SignatureFault.signature) { try key.verify(relabelled) }
        #expect(set.key("unknown") == nil)
        #expect(set.key("KEY-1") == nil)
        #expect(set.key("\u{212A}ey-1") == nil)
        let other = try #require(set.key("key-2"))
        #expect(throws: SignatureFault.otherKey) { try other.verify(forged) }
    }

    @Test("a changed byte of header, claims or signature is a wrong signature", arguments: SignatureAlgorithm.allCases)
    func changed(_ algorithm: SignatureAlgorithm) async throws {
        let issuer = try await TestIssuer.of(algorithm.rawValue)
        let key = try #require(try await KeySet(issuer.set(), of: .development).key("key-1"))
        let token = try issuer.token(#"{"iss":"a"}"#)
        let dots = token.indices.filter { token[$0] == UInt8(ascii: ".") }
        let other = try issuer.token(#"{"iss":"b"}"#)
        let mixed = Array(other[...dots[1]]) + Array(token[(dots[1] + 1)...])
        #expect(throws: SignatureFault.signature) { try key.verify(try FederatedTokenBody(mixed)) }
        let stranger = try await TestIssuer.of(algorithm.rawValue)
        if !algorithm.isRSA {
            let forged = try FederatedTokenBody(stranger.token(#"{"iss":"a"}"#))
            #expect(throws: SignatureFault.signature) { try key.verify(forged) }
        }
        let zeros = TestIssuer.base64URL(
            [UInt8](repeating: 0, count: algorithm.isRSA ? 256 : algorithm == .es384 ? 96 : 64))
        let empty = Array(token[...dots[1]]) + Array(zeros.utf8)
        #expect(throws: SignatureFault.signature) { try key.verify(try FederatedTokenBody(empty)) }
    }

    @Test("T16 two keys of one id refuse the whole set, whatever kind they are")
    func equalIDs() async throws {
        let issuer = try await TestIssuer.es256()
        let second = try await TestIssuer.edDSA()
        #expect(failure(issuer.set(second.jwk)) == .equalKeyIDs("key-1"))
        #expect(failure(issuer.set(second.jwk.with("use", value: .string("enc")))) == .equalKeyIDs("key-1"))
        #expect(failure(issuer.set(try json(#"{"kty":"oct","kid":"key-1"}"#))) == .equalKeyIDs("key-1"))
    }

    @Test("T16 a weak RSA key refuses the whole set")
    func weak() async throws {
        let issuer = try await TestIssuer.es256()
        let rsa = try await TestIssuer.rsa("RS256").jwk
        func modulus(_ bitCount: Int, last: UInt8 = 0xFD) -> StrictJSON.Value {
            var bytes = [UInt8](repeating: 0xA5, count: (bitCount + 7) / 8)
            bytes[0] = 1 << UInt8((bitCount - 1) % 8)
            bytes[bytes.count - 1] = last
            return .string(TestIssuer.base64URL(bytes))
        }
        func failure(_ name: String, _ value: StrictJSON.Value) -> KeySetError? {
            self.failure(issuer.set(other(rsa, name, value)))
        }
        for length in [512, 1024, 2047, 4097, 16384] {
            #expect(failure("n", modulus(length)) == .weakKey("other", .modulusLength), "\(length)")
        }
        for length in [2048, 2049, 3072, 4096] { #expect(failure("n", modulus(length)) == nil, "\(length)") }
        #expect(failure("n", modulus(2048, last: 0xFE)) == .weakKey("other", .evenModulus))
        for exponent: [UInt8] in [[1], [3], [17], [1, 0, 0], [1, 0, 0, 1], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]] {
            #expect(failure("e", .string(TestIssuer.base64URL(exponent))) == .weakKey("other", .exponent))
        }
        #expect(failure("e", .string("AAEAAQ")) == nil, "leading zeros are tolerated")
        // 65537^128, of 2049 bits, is a power of 65537 modulo every prime, as moduli of the ROCA generator are.
        var power: [UInt8] = [1]
        for _ in 0..<128 { power = Self.timesFermat(power) }
        #expect(failure("n", .string(TestIssuer.base64URL(power))) == .weakKey("other", .roca))
        power[power.count - 1] ^= 2
        #expect(failure("n", .string(TestIssuer.base64URL(power))) == nil)
    }

    /// A big-endian number times 65537: shifted by 16 bits, and added.
    private static func timesFermat(_ number: [UInt8]) -> [UInt8] {
        let shifted = [0] + number + [0, 0]
        let added = [UInt8](repeating: 0, count: 3) + number
        var out = shifted
        var carry = 0
        for place in out.indices.reversed() {
            let sum = Int(shifted[place]) + Int(added[place]) + carry
            out[place] = UInt8(sum & 255)
            carry = sum >> 8
        }
        return Array(out.drop { $0 == 0 })
    }

    @Test("T16 a set past its bounds is refused")
    func bounds() async throws {
        let issuer = try await TestIssuer.es256()
        let keys = { (count: Int) in
            let all = (0..<count).map { issuer.jwk.with("kid", value: .string("k\($0)")).jsonText }
            return Array(#"{"keys":[\#(all.joined(separator: ","))]}"#.utf8)
        }
        #expect(failure(keys(100)) == nil)
        #expect(failure(keys(101)) == .tooManyKeys)
        let space = { (count: Int) in [UInt8](repeating: 0x20, count: count - issuer.set().count) + issuer.set() }
        #expect(failure(space(262_144)) == nil)
        #expect(failure(space(262_145)) == .tooLarge)
    }

    @Test("what is no key set is refused")
    func malformed() throws {
        for text in ["{}", "[]", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":null}"#, #"{"kty":"EC"}"#] {
            #expect(failure(Array(text.utf8)) == .notAKeySet, "\(text)")
        }
        #expect(failure(Array(#"{"keys":[]}"#.utf8)) == .noUsableKey([]))
        for text in ["", "<html>", #"{"keys":[],"keys":[]}"#] {
            guard case .json = failure(Array(text.utf8)) else {
                Issue.record("accepted: \(text)")
                continue
            }
        }
    }

    @Test("keys belong to their source: issuer, address, CA and networks together")
    func sources() {
        let base = OIDCTrust.development
        func changed(_ change: (inout OIDCTrust) -> Void) -> KeySourceIdentity {
            var trust = base
            change(&trust)
            return KeySourceIdentity(trust)
        }
        let all: [KeySourceIdentity] = [
            KeySourceIdentity(base), changed { $0.issuer += "/" }, changed { $0.keys = .url("https://a.example") },
            changed { $0.keys = .fixed("https://a.example") }, changed { $0.caPEM = "" }, changed { $0.caPEM = "x" },
            changed { $0.networks = ["10.0.0.0/8"] }, changed { $0.networks = ["10.0.0.0", "/8"] },
        ]
        #expect(Set(all).count == all.count)
        #expect(changed { $0.audience = "other" } == KeySourceIdentity(base))
        #expect(changed { $0.conditions = [] } == KeySourceIdentity(base))
    }
}
