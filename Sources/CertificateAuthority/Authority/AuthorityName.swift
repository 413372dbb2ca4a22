internal import OpenSSLCrypto

/// The name of a CA: organization and common name, 1 to 64 printable characters each (RFC 5280, appendix A.1).
package struct AuthorityName: Hashable, Sendable {
    package let organization: String
    package let commonName: String

    /// - Throws: `AuthorityError.badName` for a text that is empty, too long or has control characters.
    package init(organization: String, commonName: String) throws(AuthorityError) {
        for text in [organization, commonName] {
            guard (1...64).contains(text.unicodeScalars.count) else { throw .badName }
            let isPrintable = text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                    false
                default: true
                }
            }
            guard isPrintable else { throw .badName }
        }
        self.organization = organization
        self.commonName = commonName
    }

    /// The Name in DER.
    package var nameDER: [UInt8] {
        DistinguishedName.encoded([(.organizationName, organization), (.commonName, commonName)])
    }
}
