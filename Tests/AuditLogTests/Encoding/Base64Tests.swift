internal import AuditLog
internal import Testing

@Suite("Base64 and hex")
struct Base64Tests {
    // RFC 4648, section 10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("the published vectors hold both ways", arguments: vectors)
    func published(plain: String, encoded: String) {
        let bytes = Array(plain.utf8)
        #expect(Base64.text(bytes) == encoded)
        #expect(Base64.decode(Array(encoded.utf8)[...]) == bytes)
        let bare = encoded.filter { $0 != "=" }
        #expect(Base64URL.text(bytes) == bare)
        #expect(Base64URL.decode(Array(bare.utf8)[...]) == bytes)
    }

    @Test("the two alphabets differ in their last two characters alone")
    func alphabets() {
        #expect(Base64.text([0xFB, 0xFF, 0xBF]) == "+/+/")
        #expect(Base64URL.text([0xFB, 0xFF, 0xBF]) == "-_-_")
        #expect(Base64.decode(Array("-_-_".utf8)[...]) == nil)
        #expect(Base64URL.decode(Array("+/+/".utf8)[...]) == nil)
    }

    @Test("T9 of all texts of up to three characters exactly one stands for each value")
    func oneSpelling() {
        let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n".utf8)
        var seen: Set<[UInt8]> = []
        var accepted = 0
        for first in characters {
            for second in characters {
                for text in [[first, second]] + characters.map({ [first, second, $0] }) {
                    guard let bytes = Base64URL.decode(text[...]) else { continue }
                    accepted += 1
                    seen.insert(bytes)
                    #expect(Base64URL.text(bytes) == String(decoding: text, as: UTF8.self))
                }
            }
        }
        #expect(accepted == 256 + 65_536)
        #expect(seen.count == accepted)
    }

    @Test(
        "T9 another spelling of standard base64 is refused",
        arguments: [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zg===", "Z===", "====", "=", "Zg==Zg==", "Zm8=\n", " Zm8=", "Zm\n8=", "Zm8",
        ])
    func standardSpellings(text: String) { #expect(Base64.decode(Array(text.utf8)[...]) == nil) }

    @Test("hex takes lower case in pairs")
    func hexDigits() {
        #expect(Hex.decode("00ff9a") == [0x00, 0xFF, 0x9A])
        #expect(Hex.text([0x00, 0xFF, 0x9A]) == "00ff9a")
        for text in ["0", "FF", "0x", " 00", "0g", "٠٠"] { #expect(Hex.decode(text) == nil) }
        #expect(Hex.number(Array("00000000000000ff".utf8)[...]) == 255)
        #expect(Hex.number(Array("0ff".utf8)[...]) == nil)
        var digits: [UInt8] = []
        Hex.append(UInt64.max - 1, to: &digits)
        #expect(String(decoding: digits, as: UTF8.self) == "fffffffffffffffe")
    }
}
