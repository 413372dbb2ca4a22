internal import OpenSSLCrypto
internal import SecretMemory
internal import Testing

@testable internal import CredentialLifecycle

@Suite("References to keys of a token")
struct TokenReferenceTests {
    private static func secret(_ text: String) -> SecretBytes {
        var bytes = Array(text.utf8)
        return SecretBytes(wiping: &bytes)
    }

    @Test("a reference has one spelling, which is read again")
    func spelling() {
        let reference = TokenReference(token: "HSM 1;é", id: [0x00, 0x41, 0xFF])
        #expect(reference.text == "pkcs11:token=HSM%201%3B%C3%A9;id=%00A%FF;type=private")
        #expect(TokenReference(reference.secret) == reference)
    }

    @Test(
        "what is spelled otherwise is none",
        arguments: [
            "", "pkcs11:", "pkcs11:token=a;id=%01", "pkcs11:token=a;id=%01;type=public",
            "pkcs11:id=%01;token=a;type=private",
            "pkcs11:token=a;id=%01;type=private;", "pkcs11:token=a;id=%1;type=private",
            "pkcs11:token=a;id=%zz;type=private",
            "pkcs11:token=%61;id=%01;type=private", "pkcs11:token=a;id=%c3;type=private",
            "PKCS11:token=a;id=%01;type=private",
            "pkcs11:token=%FF;id=%01;type=private",
        ])
    func others(_ text: String) { #expect(TokenReference(Self.secret(text)) == nil) }

    @Test("a key is no reference, and a reference without its token says what is missing")
    func withoutToken() throws {
        let key = try PrivateKey.generate(.p256)
        let found = try IssuingKeySource.store.key(in: try key.pkcs8DER())
        #expect(found.publicKey == key.publicKey)
        let reference = TokenReference(token: "tenure", id: [1])
        do throws(IssuingKeyFault) {
            _ = try IssuingKeySource.store.key(in: reference.secret)
            Issue.record("a key was found")
        } catch {
            guard case .token(let reason) = error else { throw error }
            #expect(reason.contains("the token `tenure`, and the configuration has no ca.pkcs11"))
        }
    }
}
