package import OpenSSLCrypto
internal import TenureModel

/// The certificate of a CA, before it is signed (RFC 5280, section 4.2.1: what conforming CAs must say of CAs).
struct AuthorityCertificate {
    let serial: SerialNumber
    let issuerNameDER: [UInt8]
    let subjectNameDER: [UInt8]
    let key: PublicKey
    let notBefore: Timestamp
    let notAfter: Timestamp
    let pathLength: Int64
    /// Nil of a root, which would only name itself.
    let authorityKeyIdentifier: [UInt8]?
    /// Where the issuer's own list is fetched; nil of a root.
    let listURI: String?

    /// The bytes to be signed with this algorithm.
    func tbs(signedWith algorithm: SignatureAlgorithm) -> [UInt8] {
        var writer = DERWriter(capacity: 640)
        writer.sequence { body in
            body.constructed(.constructed(0)) { $0.integer(2) }
            body.unsignedInteger(serial.octets)
            body.append(algorithm.identifierDER)
            body.append(issuerNameDER)
            body.sequence { validity in
                validity.time(notBefore.seconds)
                validity.time(notAfter.seconds)
            }
            body.append(subjectNameDER)
            body.append(key.spkiDER)
            body.constructed(.constructed(3)) { field in
                field.sequence { writeExtensions(to: &$0) }
            }
        }
        return writer.bytes
    }

    private func writeExtensions(to list: inout DERWriter) {
        list.certificateExtension(.basicConstraints, critical: true) { value in
            value.sequence { constraints in
                constraints.boolean(true)
                constraints.integer(pathLength)
            }
        }
        list.certificateExtension(.keyUsage, critical: true) { value in
            value.namedBits(KeyUsageBits.keyCertSign | KeyUsageBits.cRLSign)
        }
        list.certificateExtension(.subjectKeyIdentifier) { $0.octetString(key.identifier) }
        if let authorityKeyIdentifier {
            list.certificateExtension(.authorityKeyIdentifier) { value in
                value.sequence { $0.primitive(.primitive(0), authorityKeyIdentifier) }
            }
        }
        if let listURI {
            list.certificateExtension(.crlDistributionPoints) { value in
                value.append(CertificateTemplate.distributionPoints(listURI))
            }
        }
    }
}

/// Why a CA could not be made.
package enum AuthorityError: Error, Hashable, Sendable {
    case badName
    /// A root has a P-384 key, an issuing CA one of P-256 or P-384.
    case keyKindNotAllowed(KeyKind)
    /// The root's certificate is not valid at that time.
    case rootNotValid
    /// The key is the root's own.
    case ownKey
    /// The request is malformed, weak, or not signed with its own key.
    case badRequest(CertificationRequestError)
    case refused(IssuerRefusal)
    case signing(SigningError)
    /// What was made cannot be read again.
    case unreadable(CertificateError)
    case list(RevocationListRefusal)
}
