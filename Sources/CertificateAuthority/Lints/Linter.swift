internal import OpenSSLCrypto
package import TenureModel

/// Bytes of a TBSCertificate that keep their profile and their order. What is signed is these bytes (T24).
package struct LintedCertificate: ~Copyable, Sendable {
    let tbs: [UInt8]
    let serial: SerialNumber
    let issuer: IssuerID
    let purpose: CertificateOrder.Purpose
    let validity: CertificateValidity

    fileprivate init(tbs: [UInt8], serial: SerialNumber, issuer: IssuerID, order: CertificateOrder) {
        self.tbs = tbs
        self.serial = serial
        self.issuer = issuer
        purpose = order.purpose
        validity = order.validity
    }
}

/// Reads what a template built, and compares it with what was authorized. It shares no code with the template, so that
/// one mistake is not made twice.
package struct Linter: Sendable {
    private let context: LintContext

    /// Makes the rules of one issuer and one version of a profile ready.
    package init(issuer: IssuerFacts, profile: CertificateProfile, publication: PublicationPoint) {
        context = LintContext(issuer: issuer, profile: profile, publication: publication)
    }

    /// Judges the bytes by every rule.
    ///
    /// - Throws: `LintFailure` of the first rule that they break. Nothing was signed; it is a fault of the broker,
    ///   never of the caller.
    package func lint(
        _ tbs: [UInt8], serial: SerialNumber, against order: CertificateOrder
    ) throws(LintFailure) -> LintedCertificate {
        guard let reading = CertificateReading(tbs) else {
            throw LintFailure(rule: .encoding, finding: "it is not DER, or not a TBSCertificate")
        }
        for (rule, check) in Self.rules {
            // defence: T24
            if let finding = check(reading, serial, order, context) { throw LintFailure(rule: rule, finding: finding) }
        }
        return LintedCertificate(tbs: tbs, serial: serial, issuer: context.issuer.id, order: order)
    }

    typealias Check =
        @Sendable (CertificateReading, SerialNumber, CertificateOrder, LintContext) -> String?

    /// Every rule but `encoding`, which is that the bytes can be read at all.
    static let rules: [(LintRule, Check)] = [
        (.version, VersionLint.check),
        (.serialNumber, SerialNumberLint.check),
        (.issuer, IssuerLint.check),
        (.validity, ValidityLint.check),
        (.subject, SubjectLint.check),
        (.subjectPublicKey, SubjectPublicKeyLint.check),
        (.extensionSet, ExtensionSetLint.check),
        (.basicConstraints, BasicConstraintsLint.check),
        (.keyUsage, KeyUsageLint.check),
        (.extendedKeyUsage, ExtendedKeyUsageLint.check),
        (.subjectAlternativeName, SubjectAlternativeNameLint.check),
        (.keyIdentifiers, KeyIdentifiersLint.check),
        (.revocationPointer, RevocationPointerLint.check),
        (.lineage, LineageLint.check),
    ]
}

/// What the rules compare with, beside the order.
struct LintContext: Sendable {
    let issuer: IssuerFacts
    let profile: CertificateProfile
    let algorithmDER: [UInt8]
    /// The address of each of the issuer's shards begins so.
    let listPrefix: String

    init(issuer: IssuerFacts, profile: CertificateProfile, publication: PublicationPoint) {
        self.issuer = issuer
        self.profile = profile
        algorithmDER = issuer.signatureAlgorithm.identifierDER
        listPrefix = publication.listPrefix(issuer: issuer.id)
    }
}

/// The rules, one file each.
package enum LintRule: String, Hashable, Sendable, CaseIterable {
    case encoding, version, serialNumber, issuer, validity, subject, subjectPublicKey, extensionSet, basicConstraints
    case keyUsage, extendedKeyUsage, subjectAlternativeName, keyIdentifiers, revocationPointer, lineage
}

/// What is wrong with bytes that were to be signed.
package struct LintFailure: Error, Hashable, Sendable {
    package let rule: LintRule
    /// For the log alone.
    package let finding: String
}
