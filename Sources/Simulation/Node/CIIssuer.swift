internal import Foundation
internal import OpenSSLCrypto
internal import TenureModel

/// The foreign issuer that vouches for everybody: OIDC tokens under one key, whose set stands in each trust.
struct CIIssuer: Sendable {
    static let url = "https://ci.example.internal"
    let keySetText: String
    private let key: PrivateKey

    init() throws {
        key = try PrivateKey.generate(.p256)
        // SubjectPublicKeyInfo of P-256 ends in the point: 0x04, x, y.
        let point = Array(key.publicKey.spkiDER.suffix(64))
        keySetText =
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(Self.text(point.prefix(32)))\","
            + "\"y\":\"\(Self.text(point.suffix(32)))\",\"kid\":\"ci-1\",\"alg\":\"ES256\",\"use\":\"sig\"}]}"
    }

    /// A token for somebody, good for ten minutes.
    func token(_ subject: String, id: String, at now: Timestamp) throws -> String {
        let header = "{\"alg\":\"ES256\",\"kid\":\"ci-1\",\"typ\":\"JWT\"}"
        let body =
            "{\"iss\":\"\(Self.url)\",\"aud\":\"tenure\",\"sub\":\"\(subject)\",\"exp\":\(now.seconds + 600),"
            + "\"iat\":\(now.seconds),\"jti\":\"\(id)\"}"
        let input = Self.text(Array(header.utf8)[...]) + "." + Self.text(Array(body.utf8)[...])
        return input + "." + Self.text(try Self.fixedWidth(try key.sign(Array(input.utf8)))[...])
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in Data(bytes).base64EncodedData() {
            switch byte {
            case UInt8(ascii: "+"): text.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): text.append(UInt8(ascii: "_"))
            case UInt8(ascii: "="): break
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// SEQUENCE of two INTEGERs to two times 32 bytes (RFC 7518, section 3.4).
    private static func fixedWidth(_ der: [UInt8]) throws -> [UInt8] {
        var result: [UInt8] = []
        var rest = der.dropFirst(2)
        for _ in 0..<2 {
            guard rest.first == 0x02, let count = rest.dropFirst().first.map(Int.init), rest.count >= count + 2 else {
                throw SimulationError("a signature of an unknown form")
            }
            let number = rest.dropFirst(2).prefix(count).drop { $0 == 0 }
            result += [UInt8](repeating: 0, count: max(0, 32 - number.count)) + number
            rest = rest.dropFirst(2 + count)
        }
        return result
    }
}
