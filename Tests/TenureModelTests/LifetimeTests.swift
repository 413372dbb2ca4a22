internal import Foundation
internal import TenureModel
internal import Testing

@Suite("Lifetimes")
struct LifetimeTests {
    @Test("one minute to ninety days is a lifetime", arguments: [60, 61, 900, 86_400, 7_775_999, 7_776_000] as [Int64])
    func accepted(seconds: Int64) throws {
        #expect(try Lifetime(seconds: seconds).seconds == seconds)
    }

    @Test(
        "T1 anything else is none, and the error names it",
        arguments: [59, 0, -1, -60, 7_776_001, .max, .min] as [Int64])
    func refused(seconds: Int64) {
        #expect(throws: LifetimeError.outOfRange(seconds)) { try Lifetime(seconds: seconds) }
    }

    @Test("lifetimes sort by length and are one JSON number each")
    func orderAndJSON() throws {
        let sorted = [try Lifetime(seconds: 60), try Lifetime(seconds: 900)]
        #expect(sorted[0] < sorted[1])
        #expect(try JSONEncoder().encode(sorted) == Data("[60,900]".utf8))
        #expect(try JSONDecoder().decode([Lifetime].self, from: Data("[60,900]".utf8)) == sorted)
    }

    @Test("T1 numbers that are no lifetime do not decode", arguments: ["59", "-1", "1e300", "60.5", "\"60\"", "null"])
    func refusedJSON(text: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Lifetime].self, from: Data("[\(text)]".utf8)) }
    }
}
