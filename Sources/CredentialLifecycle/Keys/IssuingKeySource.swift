package import OpenSSLCrypto
internal import SecretMemory
internal import TenureModel

/// Where keys of issuing CAs are made, and found again: in the store, wrapped, or in a PKCS#11 token. Of a token's key
/// the store has a reference in the key's place, wrapped like a key, so that nobody points it elsewhere (T37).
package struct IssuingKeySource: Sendable {
    private let token: KeyToken?

    /// New keys rest in the store; those of a token cannot be used.
    package static let store = IssuingKeySource(token: nil)

    /// - Parameter token: where new keys are made; nil for the store.
    package init(token: KeyToken?) { self.token = token }

    /// Makes a key.
    ///
    /// - Returns: the key, and what is wrapped of it.
    func make(_ kind: KeyKind, id: KeyVersionID) throws(CryptoError) -> (key: any SigningKey, secret: SecretBytes) {
        guard let token else {
            let key = try PrivateKey.generate(kind)
            return (key, try key.pkcs8DER())
        }
        let key = try token.generate(kind, id: id.bytes, label: "tenure \(id.text)")
        return (key, TokenReference(token: token.label, id: key.id).secret)
    }

    /// The key that was wrapped, or that of the reference which was.
    func key(in secret: SecretBytes) throws(IssuingKeyFault) -> any SigningKey {
        guard let reference = TokenReference(secret) else {
            do throws(CryptoError) { return try PrivateKey(pkcs8DER: secret) } catch { throw .damaged }
        }
        guard let token else {
            throw .token("it lies in the token `\(reference.token)`, and the configuration has no ca.pkcs11")
        }
        guard token.label == reference.token else {
            throw .token("it lies in the token `\(reference.token)`, and ca.pkcs11 names `\(token.label)`")
        }
        do throws(CryptoError) {
            return try token.key(id: reference.id)
        } catch {
            throw .token(error.fault.text)
        }
    }
}

/// Why a key of an issuing CA cannot be had.
enum IssuingKeyFault: Error {
    /// What was wrapped is neither key nor reference.
    case damaged
    case token(String)
}

/// A key of a token, as the URI of RFC 7512: `pkcs11:token=LABEL;id=%00…;type=private`, in this one spelling.
struct TokenReference: Hashable {
    let token: String
    let id: [UInt8]

    init(token: String, id: [UInt8]) {
        self.token = token
        self.id = id
    }

    /// Nil for anything else, such as a key.
    init?(_ secret: SecretBytes) {
        let bytes = secret.withBytes { bytes in bytes.indices.prefix(1_024).map { bytes[$0] } }
        guard bytes.starts(with: Self.scheme), let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let parts = text.utf8.dropFirst(Self.scheme.count).split(
            separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard parts.count == 3, let label = Self.value(parts[0], of: "token="),
            let id = Self.value(parts[1], of: "id="),
            let token = String(validating: label, as: UTF8.self)
        else { return nil }
        self.init(token: token, id: id)
        guard self.text.utf8.elementsEqual(bytes) else { return nil }
    }

    var text: String { "pkcs11:token=\(Self.escaped(Array(token.utf8)));id=\(Self.escaped(id));type=private" }

    var secret: SecretBytes {
        var bytes = Array(text.utf8)
        return SecretBytes(wiping: &bytes)
    }

    private static let scheme = Array("pkcs11:".utf8)

    /// Letters and digits as they are, every other byte escaped.
    private static func escaped(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var text = ""
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%"
                text.unicodeScalars.append(digits[Int(byte >> 4)])
                text.unicodeScalars.append(digits[Int(byte & 0x0F)])
            }
        }
        return text
    }

    private static func value(_ part: Substring.UTF8View.SubSequence, of name: String) -> [UInt8]? {
        guard part.starts(with: name.utf8) else { return nil }
        var rest = Array(part.dropFirst(name.utf8.count))[...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let text = String(validating: rest.prefix(2), as: UTF8.self),
                let value = UInt8(text, radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
