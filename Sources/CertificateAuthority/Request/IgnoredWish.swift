internal import OpenSSLCrypto

/// Something that a request asks for and its sender does not get (T22). Its text can be shown: visible ASCII, cut to
/// 128 characters.
package struct IgnoredWish: Hashable, Sendable {
    /// What sort of thing was asked for.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case certificationAuthority = "certification-authority"
        case subject, name, wildcard, attribute
        case otherExtension = "extension"
    }

    /// The most that are told; who asks for more knows enough.
    package static let countMax = 32

    package let kind: Kind
    /// What was asked for: a name, a subject, or the identifier of an extension; empty for the wish to be a CA.
    package let text: String

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// Compares what was asked for with what is given.
    static func list(_ requested: [RequestedContent], granted: CertificateSubject) -> [IgnoredWish] {
        var wishes: [IgnoredWish] = []
        for content in requested {
            guard wishes.count < countMax else { break }
            switch content {
            case .subject(let name):
                let asked = SubjectText.text(of: name)
                if asked != "CN=" + granted.commonName { wishes.append(IgnoredWish(.subject, asked)) }
            case .name(let name):
                if let wish = wish(name, granted: granted) { wishes.append(wish) }
            case .certificationAuthority:
                wishes.append(IgnoredWish(.certificationAuthority, ""))
            case .otherExtension(let oid):
                // Basic constraints without CA:TRUE are what everybody gets.
                if oid != .basicConstraints { wishes.append(IgnoredWish(.otherExtension, oid.description)) }
            case .otherAttribute(let oid):
                wishes.append(IgnoredWish(.attribute, oid.description))
            }
        }
        return wishes
    }

    private static func wish(_ name: GeneralName, granted: CertificateSubject) -> IgnoredWish? {
        switch name {
        case .dns(let text):
            if granted.dnsNames.contains(where: { $0.text.utf8.elementsEqual(text.utf8) }) { return nil }
            let isWildcard = text.utf8.contains(UInt8(ascii: "*"))
            return IgnoredWish(isWildcard ? .wildcard : .name, "dns:" + VisibleText.cut(Array(text.utf8)))
        case .uri(let text):
            if let uri = granted.uri, uri.utf8.elementsEqual(text.utf8) { return nil }
            return IgnoredWish(.name, "uri:" + VisibleText.cut(Array(text.utf8)))
        case .email(let text):
            return IgnoredWish(.name, "email:" + VisibleText.cut(Array(text.utf8)))
        case .address(let octets):
            if granted.addresses.contains(where: { $0.octets == octets }) { return nil }
            return IgnoredWish(.name, "ip:" + SerialNumber.hexText(octets))
        case .directory(let name):
            return IgnoredWish(.name, "directory:" + SubjectText.text(of: name))
        case .registeredID(let oid):
            return IgnoredWish(.name, "oid:" + oid.description)
        case .other:
            return IgnoredWish(.name, "other")
        }
    }
}

/// Text from outside as it may stand in an answer or on a terminal (T41).
private enum VisibleText {
    static func cut(_ bytes: [UInt8]) -> String {
        let visible = bytes.prefix(128).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: visible, as: UTF8.self)
    }
}

/// A distinguished name in one line, for people; not an encoding to compare by.
private enum SubjectText {
    /// `CN=deploy,O=Acme`; what cannot be read is shown as `?`.
    static func text(of name: [UInt8]) -> String {
        var parts: [String] = []
        do throws(DERError) {
            var outer = DERReader(name)
            var sequence = try outer.constructed()
            while !sequence.isAtEnd, parts.count < 8 {
                var set = try sequence.constructed(.set)
                while !set.isAtEnd {
                    var attribute = try set.constructed()
                    let oid = try attribute.oid()
                    let value = try attribute.element().content
                    parts.append((labels[oid] ?? oid.description) + "=" + VisibleText.cut([UInt8](value)))
                }
            }
        } catch {
            parts.append("?")
        }
        return VisibleText.cut(Array(parts.joined(separator: ",").utf8))
    }

    private static let labels: [OID: String] = [
        .commonName: "CN", .countryName: "C", .organizationName: "O", .organizationalUnitName: "OU",
    ]
}
