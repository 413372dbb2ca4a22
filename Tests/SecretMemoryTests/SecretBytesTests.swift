internal import SecretMemory
internal import Testing

@Suite("Secret bytes")
struct SecretBytesTests {
    private struct Refused: Error, Equatable {}

    private func secret(_ bytes: [UInt8]) -> SecretBytes {
        var bytes = bytes
        return SecretBytes(wiping: &bytes)
    }

    @Test("taking an array over keeps its bytes and leaves an empty array")
    func takesOver() {
        var bytes: [UInt8] = [1, 2, 3]
        let secret = SecretBytes(wiping: &bytes)
        #expect(bytes.isEmpty)
        #expect(secret.count == 3)
        #expect(secret.withBytes { [$0[0], $0[1], $0[2]] } == [1, 2, 3])
    }

    @Test("the bytes begin as zeros and are what the closure made them")
    func initializes() {
        let zeros = unsafe SecretBytes(count: 4) { _ in }
        #expect(zeros.equals(secret([0, 0, 0, 0])))
        let filled = unsafe SecretBytes(count: 2) { buffer in
            unsafe buffer[0] = 7
            unsafe buffer[1] = 9
        }
        #expect(filled.equals(secret([7, 9])))
    }

    @Test("an error of the initializing closure passes through")
    func initializerThrows() {
        #expect(throws: Refused()) {
            _ = try unsafe SecretBytes(count: 2) { (_) throws(Refused) in throw Refused() }
        }
    }

    @Test("an error of a reading closure passes through")
    func readerThrows() {
        #expect(throws: Refused()) {
            try secret([1]).withBytes { (_) throws(Refused) in throw Refused() }
        }
    }

    @Test("secrets are equal only when every byte and the length are", arguments: 0..<32)
    func equality(position: Int) {
        let bytes = [UInt8](repeating: 0x5A, count: 32)
        var other = bytes
        #expect(secret(bytes).equals(secret(other)))
        other[position] ^= 0x80
        #expect(!secret(bytes).equals(secret(other)))
        #expect(!secret(bytes).equals(secret(Array(bytes.prefix(position)))))
    }

    @Test("an empty secret equals another empty one")
    func empty() {
        #expect(secret([]).equals(secret([])))
        #expect(!secret([]).equals(secret([0])))
    }

    @Test("T45 no description, interpolation, dump or mirror shows a byte")
    func undescribed() {
        let canary = secret(Array("canary-7f3a".utf8))
        var dumped = ""
        dump(canary, to: &dumped)
        dump([canary], to: &dumped)
        let texts = [
            "\(canary)", canary.description, canary.debugDescription, String(reflecting: canary), dumped,
            String(describing: Optional(canary)),
        ]
        for text in texts {
            #expect(!text.contains("canary"))
            #expect(!text.contains("99, 97"))
            #expect(text.contains("<secret, 11 bytes>"))
        }
        #expect(Mirror(reflecting: canary).children.isEmpty)
    }
}
