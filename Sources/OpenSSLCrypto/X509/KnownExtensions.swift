/// The key usages of a certificate (RFC 5280, section 4.2.1.3); the bits are numbered as there.
package struct KeyUsage: OptionSet, Hashable, Sendable {
    /// The mask; bit 0 is digitalSignature.
    package let rawValue: UInt16

    /// Takes a mask in which bit 0 is digitalSignature.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Signing what is neither a certificate nor a revocation list.
    package static let digitalSignature = KeyUsage(rawValue: 1 << 0)
    /// Signing so that it cannot be denied later.
    package static let contentCommitment = KeyUsage(rawValue: 1 << 1)
    /// Encrypting keys.
    package static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
    /// Encrypting other things.
    package static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
    /// Agreeing on keys.
    package static let keyAgreement = KeyUsage(rawValue: 1 << 4)
    /// Signing certificates.
    package static let certificateSigning = KeyUsage(rawValue: 1 << 5)
    /// Signing revocation lists.
    package static let crlSigning = KeyUsage(rawValue: 1 << 6)
    /// Agreeing on keys that only encrypt.
    package static let encipherOnly = KeyUsage(rawValue: 1 << 7)
    /// Agreeing on keys that only decrypt.
    package static let decipherOnly = KeyUsage(rawValue: 1 << 8)
}

/// Those extensions of a certificate that are read here (RFC 5280, section 4.2.1).
struct KnownExtensions {
    private(set) var basicConstraints: BasicConstraints?
    private(set) var keyUsage: KeyUsage?
    private(set) var extendedKeyUsages: [OID]?
    private(set) var subjectKeyIdentifier: [UInt8]?
    private(set) var authorityKeyIdentifier: [UInt8]?
    private(set) var names: [GeneralName] = []

    init(_ extensions: [CertificateExtension]) throws(CertificateError) {
        for found in extensions {
            do { try read(found.oid, found.value) } catch { throw .badExtension(found.oid, error) }
        }
    }

    private mutating func read(_ oid: OID, _ value: [UInt8]) throws(DERError) {
        var reader = DERReader(value)
        switch oid {
        case .basicConstraints: basicConstraints = try BasicConstraints(value)
        case .subjectAlternativeName: names = try GeneralName.list(value[...])
        case .keyUsage:
            keyUsage = KeyUsage(rawValue: try reader.namedBits())
            try reader.finish()
        case .subjectKeyIdentifier:
            subjectKeyIdentifier = [UInt8](try reader.octetString())
            try reader.finish()
        case .extendedKeyUsage: extendedKeyUsages = try Self.usages(reader)
        case .authorityKeyIdentifier: authorityKeyIdentifier = try Self.keyIdentifier(reader)
        default: break
        }
    }

    private static func usages(_ reader: DERReader) throws(DERError) -> [OID] {
        var reader = reader
        var sequence = try reader.constructed()
        try reader.finish()
        var usages: [OID] = []
        repeat { usages.append(try sequence.oid()) } while !sequence.isAtEnd
        return usages
    }

    /// The first field alone; issuer and serial number, which may follow, help nobody.
    static func keyIdentifier(_ reader: DERReader) throws(DERError) -> [UInt8]? {
        var reader = reader
        var sequence = try reader.constructed()
        try reader.finish()
        let identifier = try sequence.optionalElement(.primitive(0)).map { [UInt8]($0.content) }
        while !sequence.isAtEnd { _ = try sequence.element() }
        return identifier
    }
}
