package import OpenSSLCrypto
package import TenureModel

/// What a certificate hangs on, as its extension says it (FORMATS, section 3; docs/oids.md): the position that marks
/// are compared with, and every reference. A verifier on the feed judges a certificate by it as it judges a token.
package struct LineageExtension: Hashable, Sendable {
    /// `2.25.` and the UUID 0f2fc88b-ee12-4edb-a202-661f96fb6d65, drawn once for this extension.
    package static let oid: OID = {
        guard let oid = OID(dotted: "2.25.20186525457439760207255565310866713957") else {
            preconditionFailure("the extension's own identifier is malformed")
        }
        return oid
    }()
    /// Audit indexes stay below this, so that JSON readers can hold them.
    static let indexLimit: Int64 = 1 << 53
    /// Hashed references begin here, so that none is mistaken for an index.
    static let hashedMin: Int64 = 1 << 62
    private static let version: Int64 = 1

    /// The LOGID: the four octets whose hex digits end the log's origin.
    package let log: UInt32
    /// The size of the snapshot on which the certificate was decided.
    package let floor: Int64
    package let lineage: Lineage

    /// Puts together what a certificate is to say of itself. Its lineage names a subject key, as every certificate's.
    package init(log: UInt32, floor: Int64, lineage: Lineage) {
        self.log = log
        self.floor = floor
        self.lineage = lineage
    }

    /// The extension's value in DER, without the OCTET STRING around it.
    package func encoded() -> [UInt8] {
        let references = lineage.references
        var referencesCount = 0
        for reference in references { referencesCount += Self.octets(of: reference) + 2 }
        let count =
            3 + 6 + 2 + [UInt8].integerOctets(floor) + [UInt8].elementOctets(content: referencesCount)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 4)
        bytes.appendHeader(.sequence, count: count)
        bytes.appendInteger(Self.version)
        bytes.appendHeader(.octetString, count: 4)
        for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: log >> UInt32(24 - 8 * place))) }
        bytes.appendInteger(floor)
        bytes.appendHeader(.sequence, count: referencesCount)
        for reference in references {
            bytes.appendHeader(.sequence, count: Self.octets(of: reference))
            bytes.appendHeader(.ia5String, count: 1)
            bytes.append(Self.letter(of: reference.kind))
            bytes.appendInteger(reference.number)
        }
        return bytes
    }

    /// The content octets of one reference: its letter and its number.
    private static func octets(of reference: LineageReference) -> Int {
        3 + 2 + [UInt8].integerOctets(reference.number)
    }

    private static func letter(of kind: LineageReference.Kind) -> UInt8 {
        switch kind {
        case .identity: UInt8(ascii: "i")
        case .owner: UInt8(ascii: "o")
        case .entitlement: UInt8(ascii: "e")
        case .profile: UInt8(ascii: "p")
        case .trust: UInt8(ascii: "t")
        case .environment: UInt8(ascii: "v")
        case .instance: UInt8(ascii: "n")
        case .credential: UInt8(ascii: "c")
        case .family: UInt8(ascii: "f")
        case .authentication: UInt8(ascii: "a")
        case .subjectKey: UInt8(ascii: "s")
        case .signingKey: UInt8(ascii: "k")
        }
    }
}

/// Why a lineage extension is refused.
package enum LineageExtensionError: Error, Hashable, Sendable {
    /// Not DER, or not the elements that stand there.
    case malformed
    /// A version that this program does not know.
    case unknownVersion
    /// A floor, an index or a hash outside its range.
    case outOfRange
    /// A reference that is missing, unknown, repeated or out of its place.
    case unexpectedReference
}

extension LineageExtension {
    /// Reads the extension's value, all of it: DER, version 1, the references in their order, each number in its range.
    ///
    /// - Throws: `LineageExtensionError`. What cannot be read whole cannot be judged.
    package init(decoding value: [UInt8]) throws(LineageExtensionError) {
        try self.init(decoding: value, in: value.indices)
    }

    /// Reads the value that lies in a range of a certificate's bytes.
    init(decoding bytes: [UInt8], in range: Range<Int>) throws(LineageExtensionError) {
        var outer = DERCursor(range)
        guard var parts = outer.last(bytes, 0x30)?.inside, let version = parts.number(bytes) else { throw .malformed }
        guard version == Self.version else { throw .unknownVersion }
        guard let log = parts.next(bytes, 0x04), log.content.count == 4, let floor = parts.number(bytes),
            let list = parts.last(bytes, 0x30)
        else { throw .malformed }
        guard floor < Self.indexLimit else { throw .outOfRange }
        var queue = ReferenceQueue(bytes: bytes, list: list.inside)
        let lineage = Lineage(
            identity: try queue.next(.identity), owner: try queue.next(.owner), entitlements: try queue.entitlements(),
            profile: try queue.next(.profile), trust: try queue.next(.trust),
            environment: try queue.next(.environment), instance: try queue.next(.instance),
            credential: try queue.next(.credential), family: try queue.next(.family),
            authentication: try queue.next(.authentication), subjectKey: try queue.next(.subjectKey),
            signingKey: try queue.next(.signingKey))
        try queue.finish()
        var logNumber: UInt32 = 0
        for place in log.content { logNumber = logNumber << 8 | UInt32(bytes[place]) }
        self.init(log: logNumber, floor: floor, lineage: lineage)
    }

    /// The references, read one by one in the order in which they must stand.
    private struct ReferenceQueue {
        private let bytes: [UInt8]
        private var list: DERCursor
        /// The reference that was read and not taken yet.
        private var pending: (letter: UInt8, number: Int64)?

        init(bytes: [UInt8], list: DERCursor) {
            self.bytes = bytes
            self.list = list
        }

        /// The next reference, which stays where it is; nil at the end.
        private mutating func peek() throws(LineageExtensionError) -> (letter: UInt8, number: Int64)? {
            if let pending { return pending }
            guard !list.isAtEnd else { return nil }
            guard var reference = list.next(bytes, 0x30)?.inside, let letter = reference.next(bytes, 0x16),
                letter.content.count == 1, let number = reference.number(bytes), reference.isAtEnd
            else { throw .malformed }
            pending = (bytes[letter.content.lowerBound], number)
            return pending
        }

        mutating func next(_ kind: LineageReference.Kind) throws(LineageExtensionError) -> Int64 {
            guard let first = try peek(), first.letter == LineageExtension.letter(of: kind) else {
                throw .unexpectedReference
            }
            pending = nil
            let isIndex = first.number < LineageExtension.indexLimit
            guard kind.isIndexed ? isIndex : first.number >= LineageExtension.hashedMin else { throw .outOfRange }
            return first.number
        }

        mutating func entitlements() throws(LineageExtensionError) -> [Int64] {
            var numbers = [try next(.entitlement)]
            while try peek()?.letter == LineageExtension.letter(of: .entitlement) {
                guard numbers.count < Lineage.entitlementsMax else { throw .unexpectedReference }
                numbers.append(try next(.entitlement))
            }
            return numbers
        }

        mutating func finish() throws(LineageExtensionError) {
            guard try peek() == nil else { throw .unexpectedReference }
        }
    }
}
