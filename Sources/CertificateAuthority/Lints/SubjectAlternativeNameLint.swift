/// The names are exactly the authorized ones, in their order: no more, no fewer, none twice, no wildcard (RFC 5280,
/// section 4.2.1.6). Addresses belong to the broker's own certificate alone, whatever the order holds.
enum SubjectAlternativeNameLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard var list = reading.sequence(.subjectAlternativeName), !list.isAtEnd else {
            return "there is no alternative name"
        }
        let bytes = reading.bytes
        let wrong = "the names are not those that were authorized"
        for name in order.subject.dnsNames {
            guard let field = list.next(bytes, dnsName), bytes.stand(in: field.content, name.text) else { return wrong }
            for place in field.content where bytes[place] == UInt8(ascii: "*") { return "a name has a wildcard" }
        }
        if let uri = order.subject.uri {
            guard let field = list.next(bytes, resourceIdentifier), bytes.stand(in: field.content, uri) else {
                return wrong
            }
        }
        if order.purpose == .brokerServer {
            for address in order.subject.addresses {
                guard let field = list.next(bytes, ipAddress), bytes.stand(in: field.content, address.octets) else {
                    return wrong
                }
            }
        }
        // defence: T22
        guard list.isAtEnd else { return wrong }
        guard Set(order.subject.dnsNames).count == order.subject.dnsNames.count else { return "a name stands twice" }
        return nil
    }

    private static let dnsName: UInt8 = 0x82
    private static let resourceIdentifier: UInt8 = 0x86
    private static let ipAddress: UInt8 = 0x87
}
