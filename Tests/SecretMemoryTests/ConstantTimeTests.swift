internal import SecretMemory
internal import Testing

@Suite("Comparison in constant time")
struct ConstantTimeTests {
    @Test("every single flipped bit makes arrays unequal", arguments: 0..<16)
    func flips(position: Int) {
        let bytes = (0..<16).map { UInt8($0 &* 17) }
        #expect(constantTimeEqual(bytes, bytes))
        for bit in 0..<8 {
            var other = bytes
            other[position] ^= 1 << UInt8(bit)
            #expect(!constantTimeEqual(bytes, other))
        }
    }

    @Test("a prefix is not equal to the whole")
    func lengths() {
        #expect(!constantTimeEqual([1, 2, 3] as [UInt8], [1, 2]))
        #expect(!constantTimeEqual([] as [UInt8], [0]))
        #expect(constantTimeEqual([] as [UInt8], []))
    }

    @Test("slices are compared by their bytes, wherever they begin")
    func slices() {
        let bytes: [UInt8] = [9, 1, 2, 3, 9]
        let other: [UInt8] = [1, 2, 3]
        #expect(constantTimeEqual(bytes[1..<4], other[...]))
        #expect(!constantTimeEqual(bytes[0..<3], other[...]))
    }
}
