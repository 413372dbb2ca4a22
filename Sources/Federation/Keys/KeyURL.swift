package import TenureModel

/// An https address (RFC 3986) of visible ASCII, in a narrow form: host, port, path and query, nothing else.
package struct KeyURL: Hashable, Sendable {
    /// The address as it was given, at most 2048 bytes.
    package let text: String
    /// Lower case, without brackets.
    package let host: String
    /// 443 where none is given.
    package let port: Int
    /// Path and query, at least `/`.
    package let target: String
    /// The host where it is an address and no name.
    package let address: IPAddressText?

    /// Nil for everything but `https://HOST[:PORT][/PATH][?QUERY]`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let scheme = Array("https://".utf8)
        // defence: T16 becomes: guard bytes.count <= 2048, true else { return nil }
        guard bytes.count <= 2048, bytes.starts(with: scheme) else { return nil }
        // No fragment, no backslash, no white space, nothing that a parser somewhere would read as another host.
        guard bytes.allSatisfy({ (0x21..<0x7F).contains($0) && !Self.refused.contains($0) }) else { return nil }
        let rest = bytes[scheme.count...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard let (host, port) = Self.authority(Array(rest[..<end])) else { return nil }
        self.text = text
        self.host = host
        self.port = port
        let target = String(decoding: rest[end...], as: UTF8.self)
        self.target = target.utf8.first == UInt8(ascii: "/") ? target : "/" + target
        address = Self.address(host)
        // `1.2.3`, `0x7f.1`: a resolver may take for an address what is none here.
        if address == nil, Self.endsInNumber(host) { return nil }
    }

    /// `host` and `port` of an authority without a user name.
    private static func authority(_ bytes: [UInt8]) -> (String, Int)? {
        var host = bytes[...]
        var portDigits: ArraySlice<UInt8>?
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let rest = bytes[(close + 1)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { return nil }
            if !rest.isEmpty { portDigits = rest.dropFirst() }
            host = bytes[1..<close]
            guard address(String(decoding: host, as: UTF8.self))?.family == .v6 else { return nil }
        } else {
            if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
                host = bytes[..<colon]
                portDigits = bytes[(colon + 1)...]
            }
            guard isName(host) else { return nil }
        }
        let lower = String(decoding: host.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        guard let portDigits else { return (lower, 443) }
        guard let port = port(portDigits) else { return nil }
        return (lower, port)
    }

    private static func isName(_ host: ArraySlice<UInt8>) -> Bool {
        guard (1...253).contains(host.count) else { return false }
        return host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }
    }

    private static func port(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        var port = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            port = port * 10 + Int(digit - 0x30)
        }
        return (1...65535).contains(port) ? port : nil
    }

    private static func address(_ host: String) -> IPAddressText? {
        do {
            return try IPAddressText(host)
        } catch {
            return nil
        }
    }

    private static func endsInNumber(_ host: String) -> Bool {
        host.utf8.split(separator: UInt8(ascii: ".")).last.map { label in
            label.allSatisfy { (0x30...0x39).contains($0) } || label.starts(with: "0x".utf8)
        } ?? true
    }

    private static let refused = Array("#@\\\"<>^`{|}".utf8)
}
