internal import OpenSSLCrypto
internal import Testing

@Suite("DER")
struct DERTests {
    private func canonical(_ bytes: [UInt8]) -> DERError? {
        do throws(DERError) {
            try DERCanonicalForm.check(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func written(_ write: (inout DERWriter) -> Void) -> [UInt8] {
        var writer = DERWriter()
        write(&writer)
        return writer.bytes
    }

    @Test(
        "lengths are written in their shortest form, and read back",
        arguments: [0, 1, 127, 128, 255, 256, 65535, 65536])
    func lengths(count: Int) throws {
        let content = [UInt8](repeating: 7, count: count)
        let flat = written { $0.octetString(content) }
        let nested = written { writer in writer.constructed(.octetString) { $0.append(content) } }
        #expect(flat == nested)
        #expect(canonical(flat) == nil)
        var reader = DERReader(flat)
        #expect(try reader.octetString().elementsEqual(content))
        try reader.finish()
        let expected: [UInt8] =
            switch count {
            case ..<128: [UInt8(count)]
            case ..<256: [0x81, UInt8(count)]
            case ..<65536: [0x82, UInt8(count >> 8), UInt8(count & 255)]
            default: [0x83, 1, 0, 0]
            }
        #expect(Array(flat.dropFirst().prefix(expected.count)) == expected)
    }

    @Test(
        "T20 each restriction of DER has its refusal",
        arguments: [
            ([], .truncated), ([0x30], .truncated), ([0x04, 0x02, 0x00], .truncated), ([0x05, 0x81], .truncated),
            ([0x30, 0x80, 0x00, 0x00], .indefiniteLength), ([0x04, 0x81, 0x01, 0x00], .lengthNotMinimal),
            ([0x04, 0x82, 0x00, 0x80], .lengthNotMinimal), ([0x04, 0x85, 0, 0, 0, 0, 1, 0], .lengthTooLarge),
            ([0x04, 0x84, 0x80, 0, 0, 0], .lengthTooLarge), ([0x04, 0x84, 0x7F, 0xFF, 0xFF, 0xFF], .truncated),
            ([0x04, 0xFF], .lengthTooLarge), ([0x1F, 0x01, 0x00], .tagTooLarge), ([0x9F, 0x1F, 0x00], .tagTooLarge),
            ([0x05, 0x00, 0x00], .trailingBytes), ([0x00, 0x00], .unexpectedTag(DERTag(octet: 0))),
            ([0x24, 0x00], .wrongForm(DERTag(octet: 0x24))), ([0x10, 0x00], .wrongForm(DERTag(octet: 0x10))),
            ([0x11, 0x00], .wrongForm(DERTag(octet: 0x11))), ([0x22, 0x00], .wrongForm(DERTag(octet: 0x22))),
            ([0x01, 0x01, 0x01], .badBoolean), ([0x01, 0x00], .badBoolean), ([0x01, 0x02, 0xFF, 0xFF], .badBoolean),
            ([0x02, 0x00], .badInteger), ([0x02, 0x02, 0x00, 0x7F], .badInteger),
            ([0x02, 0x02, 0xFF, 0x80], .badInteger), ([0x0A, 0x00], .badInteger), ([0x05, 0x01, 0x00], .badNull),
            ([0x03, 0x00], .badBitString), ([0x03, 0x01, 0x01], .badBitString), ([0x03, 0x02, 0x08, 0], .badBitString),
            ([0x03, 0x02, 0x01, 0x01], .badBitString), ([0x06, 0x00], .badOID), ([0x06, 0x01, 0x80], .badOID),
            ([0x06, 0x02, 0x80, 0x01], .badOID), ([0x06, 0x02, 0x2A, 0x81], .badOID),
            ([0x31, 0x06, 0x02, 0x01, 0x02, 0x02, 0x01, 0x01], .unsortedSet),
            ([0x31, 0x05, 0x04, 0x01, 0x00, 0x01, 0x00], .badBoolean), ([0x0C, 0x01, 0x80], .badString),
            ([0x17, 0x0B] + Array("2601010000Z".utf8), .badTime),
            ([0x17, 0x0D] + Array("260101000000+".utf8), .badTime),
            ([0x18, 0x0F] + Array("20260229000000Z".utf8), .badTime),
            ([0x18, 0x11] + Array("20260201000000.5Z".utf8), .badTime),
        ] as [([UInt8], DERError)])
    func restrictions(bytes: [UInt8], expected: DERError) {
        #expect(canonical(bytes) == expected)
    }

    @Test(
        "what DER allows is let through",
        arguments: [
            [0x05, 0x00], [0x01, 0x01, 0xFF], [0x02, 0x01, 0x80], [0x02, 0x02, 0x00, 0x80], [0x03, 0x01, 0x00],
            [0x03, 0x02, 0x07, 0x80], [0x31, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01], [0x30, 0x00],
            [0x80, 0x01, 0x00], [0xA0, 0x02, 0x05, 0x00], [0x06, 0x03, 0x55, 0x04, 0x03], [0x0C, 0x00],
            [0x18, 0x0F] + Array("20240229000000Z".utf8),
        ] as [[UInt8]])
    func allowed(bytes: [UInt8]) {
        #expect(canonical(bytes) == nil)
    }

    @Test("T20 elements lie at most sixteen deep, for the check and for the reader")
    func depth() throws {
        var bytes: [UInt8] = [0x05, 0x00]
        for depth in 1...40 {
            bytes = written { writer in writer.sequence { $0.append(bytes) } }
            #expect(canonical(bytes) == (depth <= 16 ? nil : .nestingTooDeep))
        }
        var reader = DERReader(bytes)
        for _ in 0..<16 { reader = try reader.constructed() }
        #expect(throws: DERError.nestingTooDeep) { try reader.constructed() }
    }

    @Test("T20 a reader gives nothing beyond its level")
    func levels() throws {
        var outer = DERReader([0x30, 0x03, 0x02, 0x01, 0x05, 0x05, 0x00])
        var inner = try outer.constructed()
        #expect(try inner.smallInteger() == 5)
        try inner.finish()
        #expect(throws: DERError.truncated) { try inner.element(.null) }
        #expect(throws: DERError.truncated) { try inner.element() }
        #expect(throws: DERError.trailingBytes) { try outer.finish() }
        #expect(throws: DERError.unexpectedTag(.null)) { try outer.element(.sequence) }
        #expect(try outer.optionalElement(.sequence) == nil)
        #expect(try outer.optionalElement(.null) != nil)
        #expect(try outer.optionalElement(.null) == nil)
    }

    @Test("an element that claims more than its parent has is refused")
    func overrun() throws {
        var outer = DERReader([0x30, 0x02, 0x04, 0x02, 0x01, 0x01])
        var inner = try outer.constructed()
        #expect(throws: DERError.truncated) { try inner.octetString() }
    }

    @Test(
        "integers are written in their shortest form",
        arguments: [
            (0, [0]), (1, [1]), (127, [0x7F]), (128, [0, 0x80]), (255, [0, 0xFF]), (256, [1, 0]), (-1, [0xFF]),
            (-128, [0x80]), (-129, [0xFF, 0x7F]), (.max, [0x7F] + [UInt8](repeating: 0xFF, count: 7)),
            (.min, [0x80] + [UInt8](repeating: 0, count: 7)),
        ] as [(Int64, [UInt8])])
    func integers(value: Int64, content: [UInt8]) throws {
        let bytes = written { $0.integer(value) }
        #expect(bytes == [0x02, UInt8(content.count)] + content)
        #expect(canonical(bytes) == nil)
        var reader = DERReader(bytes)
        #expect(try reader.integer().elementsEqual(content))
    }

    @Test("magnitudes lose leading zeros and get one where they would be negative")
    func magnitudes() throws {
        for (magnitude, content): ([UInt8], [UInt8]) in [
            ([], [0]), ([0, 0], [0]), ([0, 1], [1]), ([0x80], [0, 0x80]), ([0, 0x7F, 1], [0x7F, 1]),
        ] {
            let bytes = written { $0.unsignedInteger(magnitude) }
            #expect(bytes == [0x02, UInt8(content.count)] + content)
            var reader = DERReader(bytes)
            #expect(try reader.unsignedInteger().elementsEqual(magnitude.drop { $0 == 0 }))
        }
        for negative: [UInt8] in [[0x02, 0x01, 0xFF], [0x02, 0x02, 0x80, 0x00]] {
            var reader = DERReader(negative)
            #expect(throws: DERError.badInteger) { try reader.unsignedInteger() }
        }
        var large = DERReader([0x02, 0x05, 1, 0, 0, 0, 0])
        #expect(throws: DERError.badInteger) { try large.smallInteger() }
    }

    @Test("named bits end with the last that is set, and come back", arguments: 0..<512)
    func namedBits(mask: Int) throws {
        let bytes = written { $0.namedBits(UInt16(mask)) }
        #expect(canonical(bytes) == nil)
        var reader = DERReader(bytes)
        #expect(try reader.namedBits() == UInt16(mask))
    }

    @Test("a set is written in the order that DER demands")
    func sets() {
        let bytes = written { $0.setOf([[0x04, 0x01, 0x02], [0x04, 0x01, 0x01], [0x02, 0x01, 0x09]]) }
        #expect(bytes == [0x31, 0x09, 0x02, 0x01, 0x09, 0x04, 0x01, 0x01, 0x04, 0x01, 0x02])
        #expect(canonical(bytes) == nil)
    }

    @Test(
        "times take the form of their half of history",
        arguments: [
            (0, "700101000000Z"), (951_782_400, "000229000000Z"), (1_700_000_000, "231114221320Z"),
            (2_524_607_999, "491231235959Z"), (2_524_608_000, "20500101000000Z"), (-1, "691231235959Z"),
            (-631_152_000, "500101000000Z"), (-631_152_001, "19491231235959Z"), (253_402_300_799, "99991231235959Z"),
            (4_107_542_400, "21000301000000Z"), (-62_167_219_200, "00000101000000Z"),
        ] as [(Int64, String)])
    func times(seconds: Int64, text: String) throws {
        let bytes = DERTime.encoded(seconds)
        #expect(bytes == [text.utf8.count == 13 ? 0x17 : 0x18, UInt8(text.utf8.count)] + Array(text.utf8))
        var reader = DERReader(bytes)
        #expect(try reader.time() == seconds)
    }

    @Test("a day in each of 9,999 years comes back from its text")
    func manyTimes() throws {
        for seconds in stride(from: DERTime.allowed.lowerBound, through: DERTime.allowed.upperBound, by: 31_556_953) {
            var reader = DERReader(DERTime.encoded(seconds))
            #expect(try reader.time() == seconds)
        }
    }

    @Test("a time in the form of the other half of history is refused")
    func wrongForm() throws {
        var late = DERReader([0x18, 0x0F] + Array("20491231235959Z".utf8))
        #expect(throws: DERError.badTime) { try late.time() }
        var early = DERReader([0x18, 0x0F] + Array("19500101000000Z".utf8))
        #expect(throws: DERError.badTime) { try early.time() }
    }

    @Test("no random bytes trap a reader")
    func randomBytes() throws {
        for round in 0..<2_000 {
            var bytes = try SecureRandom.bytes(64)
            if round.isMultiple(of: 2) { (bytes[0], bytes[1]) = (0x30, 62) }
            _ = canonical(bytes)
            #expect(throws: (any Error).self) { try Certificate(der: bytes) }
            #expect(throws: (any Error).self) { try RevocationList(der: bytes) }
            #expect(throws: (any Error).self) { try CertificationRequest(parsingDER: bytes) }
            #expect(throws: (any Error).self) { try PublicKey(spkiDER: bytes) }
            #expect(throws: (any Error).self) { try CertificationRequest(parsingPEM: bytes) }
        }
    }
}

@Suite("Object identifiers")
struct OIDTests {
    @Test(
        "the dotted form and the content say the same",
        arguments: [
            ("2.5.29.17", [0x55, 0x1D, 0x11]), ("0.0", [0x00]), ("1.39", [0x4F]), ("2.0", [0x50]),
            ("2.999", [0x88, 0x37]),
            ("1.2.840.113549.1.1.11", [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B]),
            (
                "2.25.340282366920938463463374607431768211455",
                [0x69, 0x83] + [UInt8](repeating: 0xFF, count: 17) + [0x7F]
            ),
        ] as [(String, [UInt8])])
    func spellings(dotted: String, content: [UInt8]) throws {
        let oid = try #require(OID(dotted: dotted))
        #expect(oid.content == content)
        #expect(oid == OID(content: content))
        #expect(oid.description == dotted)
    }

    @Test(
        "what is no identifier is refused",
        arguments: [
            "", "1", "3.1", "0.40", "1.40", "1.2.", ".1.2", "1..2", "1.02", "1.+2", "1.-2", "a.b", "1.2 ", "1.٣",
            "2.25.340282366920938463463374607431768211456",
        ])
    func refused(dotted: String) {
        #expect(OID(dotted: dotted) == nil)
    }

    @Test("a UUID makes an identifier under 2.25")
    func uuid() throws {
        #expect(OID(uuid: [UInt8](repeating: 0, count: 15) + [1])?.description == "2.25.1")
        #expect(OID(uuid: [UInt8](repeating: 0, count: 16))?.description == "2.25.0")
        #expect(
            OID(uuid: [UInt8](repeating: 0xFF, count: 16))?.description
                == "2.25.340282366920938463463374607431768211455")
        #expect(OID(uuid: [1]) == nil)
    }
}
