/// Which log: 32 random bits, new after a restore (FORMATS, section 2). Shown as 8 lower-case hex digits.
package struct LogID: Hashable, Sendable, CustomStringConvertible {
    package let value: UInt32

    package init(_ value: UInt32) { self.value = value }

    /// Parses eight lower-case hex digits; nil for anything else.
    package init?(_ text: String) { self.init(digits: Array(text.utf8)[...]) }

    /// Parses eight lower-case hex digits; nil for anything else.
    package init?(digits: ArraySlice<UInt8>) {
        guard digits.count == 8, let bytes = Hex.decode(digits) else { return nil }
        self.init(bytes: bytes)
    }

    /// The log id of four bytes, big-endian; nil for any other number of them.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 else { return nil }
        self.init(bytes.reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// Four bytes, big-endian.
    package var bytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

    package var text: String { Hex.text(bytes) }

    package var description: String { text }
}

/// `TRUST_DOMAIN/tenure/LOGID`: the first line of every checkpoint, and the name of the key that signs it.
package struct LogOrigin: Hashable, Sendable, CustomStringConvertible {
    package let trustDomain: String
    package let logID: LogID

    /// Takes a trust domain of 1 to 255 of `[a-z0-9.-_]` (SPIFFE-ID, section 2.1); nil for anything else.
    package init?(trustDomain: String, logID: LogID) {
        guard (1...255).contains(trustDomain.utf8.count) else { return nil }
        guard trustDomain.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.trustDomain = trustDomain
        self.logID = logID
    }

    /// Parses the text; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[1] == "tenure", let logID = LogID(parts[2]) else { return nil }
        self.init(trustDomain: parts[0], logID: logID)
    }

    package var text: String { trustDomain + "/tenure/" + logID.text }

    /// The origin of receipts of cases, which a key of their own signs.
    package var receiptText: String { text + "/receipt" }

    package var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
