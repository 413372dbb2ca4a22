internal import CertificateAuthority
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@Suite("Lineage extension")
struct LineageExtensionTests {
    private static let lineage = Lineage(
        identity: 12, owner: 3, entitlements: [40, 0], profile: 7, trust: 127, environment: 1 << 62,
        instance: 1 << 62 | 5, credential: 1 << 62 | 6, family: 1 << 62 | 6, authentication: Int64.max,
        subjectKey: 1 << 62 | 8, signingKey: 1 << 62 | 9)
    private static let extensionOfLineage = LineageExtension(log: 0x9F3A_01BC, floor: 4810, lineage: lineage)

    /// One reference as `SEQUENCE { IA5String, INTEGER }`, in hex.
    private static func reference(_ letter: Character, _ number: [UInt8]) -> [UInt8] {
        let content: [UInt8] = [0x16, 0x01, letter.asciiValue ?? 0, 0x02, UInt8(number.count)] + number
        return [0x30, UInt8(content.count)] + content
    }

    private static func hashed(_ last: UInt8) -> [UInt8] { [0x40, 0, 0, 0, 0, 0, 0, last] }

    private static let references: [[UInt8]] = [
        reference("i", [12]), reference("o", [3]), reference("e", [40]), reference("e", [0]), reference("p", [7]),
        reference("t", [127]), reference("v", hashed(0)), reference("n", hashed(5)), reference("c", hashed(6)),
        reference("f", hashed(6)), reference("a", [0x7F] + [UInt8](repeating: 0xFF, count: 7)),
        reference("s", hashed(8)), reference("k", hashed(9)),
    ]

    private static func encoding(
        version: [UInt8] = [0x02, 0x01, 0x01], log: [UInt8] = [0x04, 0x04, 0x9F, 0x3A, 0x01, 0xBC],
        floor: [UInt8] = [0x02, 0x02, 0x12, 0xCA], references: [[UInt8]] = references, after: [UInt8] = []
    ) -> [UInt8] {
        let list = references.flatMap { $0 }
        let content = version + log + floor + [0x30, 0x81, UInt8(list.count)] + list + after
        return [0x30, 0x81, UInt8(content.count)] + content
    }

    private func refusal(of bytes: [UInt8]) -> LineageExtensionError? {
        do throws(LineageExtensionError) {
            _ = try LineageExtension(decoding: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test("the encoding is the one that was written by hand")
    func knownAnswer() throws {
        #expect(Self.extensionOfLineage.encoded() == Self.encoding())
        #expect(try LineageExtension(decoding: Self.encoding()) == Self.extensionOfLineage)
        #expect(LineageExtension.oid.description == "2.25.20186525457439760207255565310866713957")
    }

    @Test("the identifier is the DER that docs/oids.md gives")
    func identifier() {
        var writer = DERWriter()
        writer.oid(LineageExtension.oid)
        #expect(
            writer.bytes == [
                0x06, 0x13, 0x69, 0x9E, 0xAF, 0xE4, 0xA2, 0xFD, 0xE1, 0x92, 0xBB, 0xB7, 0xA2, 0x81, 0x99, 0xC3, 0xF9,
                0xB7, 0xED, 0xDA, 0x65,
            ])
    }

    @Test("indexes of every length come back", arguments: [0, 127, 128, 255, 256, 32_767, 32_768, 1 << 53 - 1])
    func numbers(_ number: Int64) throws {
        var lineage = Self.lineage
        lineage.trust = number
        let one = LineageExtension(log: 0, floor: number, lineage: lineage)
        try DERCanonicalForm.check(one.encoded())
        #expect(try LineageExtension(decoding: one.encoded()) == one)
    }

    @Test("one to four entitlements come back, five are refused")
    func entitlements() throws {
        for count in 1...4 {
            var lineage = Self.lineage
            lineage.entitlements = [Int64](1...Int64(count))
            let one = LineageExtension(log: 1, floor: 2, lineage: lineage)
            #expect(try LineageExtension(decoding: one.encoded()) == one)
        }
        var references = Self.references
        for _ in 0..<3 { references.insert(Self.reference("e", [1]), at: 4) }
        #expect(refusal(of: Self.encoding(references: references)) == .unexpectedReference)
    }

    @Test("a reference that is missing, doubled or out of its place is refused")
    func order() {
        for place in Self.references.indices where place != 2 && place != 3 {
            var fewer = Self.references
            fewer.remove(at: place)
            #expect(refusal(of: Self.encoding(references: fewer)) == .unexpectedReference, "without \(place)")
            var more = Self.references
            more.insert(more[place], at: place)
            #expect(refusal(of: Self.encoding(references: more)) == .unexpectedReference, "twice \(place)")
        }
        var swapped = Self.references
        swapped.swapAt(0, 1)
        #expect(refusal(of: Self.encoding(references: swapped)) == .unexpectedReference)
        #expect(refusal(of: Self.encoding(references: [])) == .malformed)
    }

    @Test("an unknown version, letter, or a number outside its range is refused")
    func ranges() {
        #expect(refusal(of: Self.encoding(version: [0x02, 0x01, 0x02])) == .unknownVersion)
        let tooLarge: [UInt8] = [0x02, 0x07, 0x20, 0, 0, 0, 0, 0, 0]
        #expect(refusal(of: Self.encoding(floor: tooLarge)) == .outOfRange)
        var references = Self.references
        references[0] = Self.reference("i", [0x20, 0, 0, 0, 0, 0, 0])
        #expect(refusal(of: Self.encoding(references: references)) == .outOfRange)
        references = Self.references
        references[8] = Self.reference("c", [6])
        #expect(refusal(of: Self.encoding(references: references)) == .outOfRange)
        references = Self.references
        references[0] = Self.reference("z", [12])
        #expect(refusal(of: Self.encoding(references: references)) == .unexpectedReference)
    }

    @Test("T20 what is not DER, or has bytes left over, is refused")
    func encodingFaults() {
        let faults: [[UInt8]] = [
            [], [0x30], Self.encoding() + [0x00], [UInt8](Self.encoding().dropLast()),
            Self.encoding(after: [0x05, 0x00]),
            Self.encoding(log: [0x04, 0x03, 0x9F, 0x3A, 0x01]), Self.encoding(log: [0x04, 0x05, 0, 0, 0, 0, 0]),
            Self.encoding(floor: [0x02, 0x01, 0xFF]), Self.encoding(floor: [0x02, 0x03, 0x00, 0x12, 0xCA]),
            Self.encoding(floor: [0x02, 0x09, 0x00, 0xFF, 0, 0, 0, 0, 0, 0, 0]),
        ]
        for fault in faults {
            #expect(refusal(of: fault) == .malformed, "\(fault)")
        }
        for index in Self.encoding().indices {
            var bytes = Self.encoding()
            bytes[index] ^= 0x80
            do throws(LineageExtensionError) {
                // Some numbers have another value then; none may come back as it was.
                #expect(try LineageExtension(decoding: bytes) != Self.extensionOfLineage)
            } catch {
                continue
            }
        }
    }
}
