/// One parser of outside bytes, and what must hold of whatever it makes of them.
struct FuzzTarget: Sendable {
    /// The name of its folder in the corpus.
    let name: String
    /// Longer inputs are not tried.
    let bytesMax: Int
    /// Parses the bytes.
    ///
    /// - Throws: `BrokenPromise` where the parser accepted something and its invariant does not hold.
    let check: @Sendable ([UInt8]) async throws(BrokenPromise) -> Verdict

    /// All targets, by the kind of bytes.
    static let all =
        derTargets + pemTargets + tokenTargets + federationTargets + jsonTargets + auditTargets + receiptTargets
        + textTargets + feedTargets

    /// The target of this name; nil where there is none.
    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What came of an input, with a word that is the same for the same way through the parser, so that the mutator can
/// tell new ways from old ones.
enum Verdict: Hashable, Sendable {
    case accepted(String = "")
    case refused(String)

    /// The reason, without the numbers in it.
    static func refused(_ error: any Error) -> Verdict {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let text = String(describing: error).utf8.prefix(120).filter { !digits.contains($0) }
        return .refused(String(decoding: text.prefix(80), as: UTF8.self))
    }

    var isAccepted: Bool { if case .accepted = self { true } else { false } }
}

/// What a parser promised and did not keep.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// - Throws: `BrokenPromise` with this sentence unless the condition holds.
func require(_ condition: Bool, _ promise: String) throws(BrokenPromise) {
    guard condition else { throw BrokenPromise(promise) }
}

extension FuzzTarget {
    /// A target whose parser throws for what it refuses.
    ///
    /// - Parameters:
    ///   - parse: the parser.
    ///   - holds: what must hold of each accepted input; `(input, value)`.
    init<Value>(
        _ name: String, bytesMax: Int, parse: @escaping @Sendable ([UInt8]) throws -> Value?,
        holds: @escaping @Sendable ([UInt8], Value) throws(BrokenPromise) -> Void
    ) {
        self.init(name: name, bytesMax: bytesMax) { (bytes) throws(BrokenPromise) in
            let value: Value?
            do {
                value = try parse(bytes)
            } catch {
                return .refused(error)
            }
            guard let value else { return .refused("no value") }
            try holds(bytes, value)
            return .accepted()
        }
    }

    /// The bytes as text; nil where they are none.
    static func text(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }

    /// Whether two texts are the same bytes.
    static func same(_ one: String, _ other: [UInt8]) -> Bool { one.utf8.elementsEqual(other) }

    /// Parses again what was written, for an invariant: a refusal is a broken promise.
    static func reread<Value>(
        _ promise: String, _ parse: () throws -> Value
    ) throws(BrokenPromise) -> Value {
        do {
            return try parse()
        } catch {
            throw BrokenPromise("\(promise): \(error)")
        }
    }
}
