internal import OpenSSLCrypto

/// The names are exactly the authorized ones: no more, no fewer, none twice, no wildcard (RFC 5280, section 4.2.1.6).
enum SubjectAlternativeNameLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard let item = reading.only(.subjectAlternativeName) else { return "there is no alternative name" }
        let names = readWhole(item.value) { (reader) throws(DERError) in
            var list = try reader.constructed()
            var names: [Name] = []
            while !list.isAtEnd {
                let element = try list.element()
                names.append(Name(tag: element.tag.octet, content: [UInt8](element.content)))
            }
            return names
        }
        guard let names, !names.isEmpty else { return "the alternative name is empty or malformed" }
        if names.contains(where: { $0.content.contains(UInt8(ascii: "*")) && $0.tag == dnsName }) {
            return "a name has a wildcard"
        }
        var expected = order.subject.dnsNames.map { Name(tag: dnsName, content: Array($0.text.utf8)) }
        if let uri = order.subject.uri { expected.append(Name(tag: resourceIdentifier, content: Array(uri.utf8))) }
        // An address belongs to the broker's own certificate alone, whatever the order holds.
        if order.purpose == .brokerServer {
            for address in order.subject.addresses {
                expected.append(Name(tag: ipAddress, content: address.octets))
            }
        }
        guard names.count == expected.count, Set(names) == Set(expected), Set(names).count == names.count else {
            return "the names are not those that were authorized"
        }
        return nil
    }

    private struct Name: Hashable {
        let tag: UInt8
        let content: [UInt8]
    }

    private static let dnsName: UInt8 = 0x82
    private static let resourceIdentifier: UInt8 = 0x86
    private static let ipAddress: UInt8 = 0x87
}
