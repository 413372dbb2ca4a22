internal import TenureModel
internal import Testing

@Suite("Acts")
struct ActTests {
    @Test("every act is noun.verb in lower-case letters", arguments: Act.allCases)
    func shape(act: Act) {
        let parts = act.rawValue.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        for part in parts {
            #expect(!part.isEmpty && part.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        }
    }
}
