package import OpenSSLCrypto
package import TenureModel

/// A root of somebody else's PKI, and what it gave to our issuing CAs: judged before anything of it is recorded, since
/// a certificate that relying parties refuse would be found out by them alone.
package struct ExternalRoot: Sendable {
    /// What an issuing CA must have left, at least: its successor takes over at two thirds of its life.
    package static let lifeSecondsMin: Int64 = 30 * 86_400

    package let certificate: Certificate
    private let now: Timestamp
    private let verifier: ChainVerifier

    /// Takes a root's certificate.
    ///
    /// - Throws: `ExternalRootRefusal` for what is no root, or has ended.
    package init(_ certificate: Certificate, at now: Timestamp) throws(ExternalRootRefusal) {
        guard certificate.issuerNameDER == certificate.subjectNameDER, certificate.isSigned(by: certificate.publicKey)
        else { throw .notSelfSigned }
        guard certificate.isCA, certificate.pathLength.map({ $0 >= 1 }) ?? true,
            certificate.keyUsage.map({ $0.contains(.certificateSigning) && $0.contains(.crlSigning) }) ?? false
        else { throw .notARoot }
        guard certificate.subjectKeyIdentifier != nil else { throw .noKeyIdentifier }
        if let weakness = KeyStrength.weakness(of: certificate.publicKey) { throw .weakKey(weakness) }
        guard certificate.notBefore <= now.seconds, now.seconds < certificate.notAfter else { throw .notValid }
        self.certificate = certificate
        self.now = now
        do throws(ChainError) {
            verifier = try ChainVerifier(anchors: [certificate])
        } catch {
            throw .chain(error)
        }
    }

    /// Judges the certificate of one issuing CA: of this key and name, by this root, for this and nothing else.
    ///
    /// - Throws: `ExternalRootRefusal`.
    package func check(
        _ issued: Certificate, for key: PublicKey, name: AuthorityName
    ) throws(ExternalRootRefusal) {
        guard issued.publicKey == key else { throw .otherKey }
        guard issued.subjectNameDER == name.nameDER else { throw .otherName }
        guard issued.issuerNameDER == certificate.subjectNameDER, issued.isSigned(by: certificate.publicKey) else {
            throw .otherIssuer
        }
        guard key != certificate.publicKey else { throw .ownKey }
        guard issued.authorityKeyIdentifier == certificate.subjectKeyIdentifier else { throw .otherKeyIdentifier }
        // Key usage and kind of key are those of every issuing CA of ours.
        do throws(IssuerRefusal) {
            _ = try IssuerFacts(id: IssuerID(high: 0, low: 0), key: key, certificate: issued)
        } catch {
            throw .issuer(error)
        }
        guard issued.pathLength == 0 else { throw .issuer(.badPathLength) }
        guard issued.extendedKeyUsages == nil else { throw .extendedKeyUsage }
        guard issued.notBefore <= now.seconds, issued.notAfter >= now.seconds + Self.lifeSecondsMin,
            issued.notAfter <= certificate.notAfter
        else { throw .badValidity }
        do throws(ChainError) {
            try verifier.verify(issued, intermediates: [], purpose: .authority, at: now.seconds)
        } catch {
            throw .chain(error)
        }
    }

    /// Judges the root's own list.
    ///
    /// - Throws: `ExternalRootRefusal` for one that is another's, has ended, or names one of these certificates.
    package func check(_ list: RevocationList, sparing issued: [Certificate]) throws(ExternalRootRefusal) {
        guard list.issuerNameDER == certificate.subjectNameDER, list.isSigned(by: certificate.publicKey) else {
            throw .otherList
        }
        guard list.thisUpdate <= now.seconds, now.seconds < list.nextUpdate else { throw .listNotValid }
        guard !list.entries.contains(where: { entry in issued.contains { $0.serialNumber == entry.serialNumber } })
        else { throw .revoked }
    }
}

/// Why a root elsewhere, or what it gave, is not taken.
package enum ExternalRootRefusal: Error, Hashable, Sendable {
    case notSelfSigned
    case notARoot
    case noKeyIdentifier
    case weakKey(KeyWeakness)
    case notValid
    case otherKey
    case otherName
    case otherIssuer
    case ownKey
    case otherKeyIdentifier
    case issuer(IssuerRefusal)
    case extendedKeyUsage
    case badValidity
    case chain(ChainError)
    case otherList
    case listNotValid
    case revoked
}

extension ExternalRootRefusal: CustomStringConvertible {
    /// For whoever signed it.
    package var description: String {
        switch self {
        case .notSelfSigned: "it is no root: it is not signed by itself (an intermediate CA cannot be the root here)"
        case .notARoot: "a root needs CA:TRUE, a path length of 1 or none, and the key usages keyCertSign and cRLSign"
        case .noKeyIdentifier: "it has no subject key identifier"
        case .weakKey(let weakness): "its key is \(weakness)"
        case .notValid: "it is not valid now"
        case .otherKey: "it is not for the key of the request"
        case .otherName: "its subject is not that of the request, to the byte: sign it without changing the name"
        case .otherIssuer: "it is not signed by that root"
        case .ownKey: "the issuing CA has the root's own key"
        case .otherKeyIdentifier: "its authority key identifier is not the root's subject key identifier"
        case .issuer(.badPathLength): "its path length must be 0"
        case .issuer(.badKeyUsage): "its key usage must be keyCertSign and cRLSign (digitalSignature besides)"
        case .issuer(.notAnAuthority): "it needs CA:TRUE"
        case .issuer(.noKeyIdentifier): "it needs a subject key identifier"
        case .issuer(let refusal): "it cannot issue: \(refusal)"
        case .extendedKeyUsage: "it has an extended key usage, which would bind all that it signs: leave it out"
        case .badValidity:
            "it must be valid now, for \(ExternalRoot.lifeSecondsMin / 86_400) days at least, and not past the root"
        case .chain(let error): "OpenSSL's strict check refuses it: \(error)"
        case .otherList: "the list is not that root's"
        case .listNotValid: "the list is not valid now"
        case .revoked: "the list names one of the issuing CAs as revoked"
        }
    }
}
