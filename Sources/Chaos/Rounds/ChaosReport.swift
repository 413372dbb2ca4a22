internal import Foundation

/// What a run of rounds came to, as scripts read it (CONTRACT, section 4).
package struct ChaosReport: Encodable, Sendable {
    package let rounds: Int
    /// How many answers clients received, all of which must stand.
    package let acknowledged: Int
    package let faults: [String: Int]
    package let violations: [String]

    /// As JSON, with its keys in order.
    package func text() throws(ChaosFault) -> String {
        try ChaosFault.wrap("the report") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}
