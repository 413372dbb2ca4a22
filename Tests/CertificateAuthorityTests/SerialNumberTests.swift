internal import CertificateAuthority
internal import OpenSSLCrypto
internal import Testing

@Suite("Serial numbers")
struct SerialNumberTests {
    @Test("a serial number is positive and sixteen octets long whatever is drawn", arguments: [0x00, 0x7F, 0x80, 0xFF])
    func fixedLength(_ byte: UInt8) {
        let serial = SerialNumber(random: [UInt8](repeating: byte, count: 16))
        #expect(serial.octets.count == 16)
        #expect((0x40...0x7F).contains(serial.octets[0]))
        #expect(serial.octets.dropFirst().allSatisfy { $0 == byte })
        #expect(serial.description.utf8.count == 32)
    }

    @Test("T24 a hundred thousand serial numbers are all different")
    func unique() throws {
        var seen: Set<[UInt8]> = []
        for _ in 0..<1000 {
            let random = try SecureRandom.bytes(1600)
            for place in 0..<100 {
                seen.insert(SerialNumber(random: [UInt8](random[(place * 16)..<(place * 16 + 16)])).octets)
            }
        }
        #expect(seen.count == 100_000)
    }
}
