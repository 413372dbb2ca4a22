package import TenureModel

/// All that one certificate is made of, as it was authorized. The template builds it, and the linter compares what was
/// built with it: neither sees the request.
package struct CertificateOrder: Sendable {
    /// What the certificate is for.
    package enum Purpose: Hashable, Sendable {
        /// A credential, which is released after its audit receipt alone.
        case credential(CredentialID)
        /// The broker's own TLS certificate, whose key never leaves the process.
        case brokerServer
    }

    package let purpose: Purpose
    package let subject: CertificateSubject
    package let key: VerifiedCSR
    package let validity: CertificateValidity
    /// Nil where the profile leaves it out for foreign consumers.
    package let lineage: LineageExtension?
    /// Nil where the profile's longest lifetime makes revocation lists pointless (`noRevAvail`).
    package let shard: RevocationShard?

    package init(
        purpose: Purpose, subject: CertificateSubject, key: VerifiedCSR, validity: CertificateValidity,
        lineage: LineageExtension?, shard: RevocationShard?
    ) {
        self.purpose = purpose
        self.subject = subject
        self.key = key
        self.validity = validity
        self.lineage = lineage
        self.shard = shard
    }
}

extension CertificateProfile {
    /// Whether its certificates end so soon that no revocation list would be read in time (RFC 9608).
    package var hasNoRevocation: Bool { maximumLifetime.seconds <= revocationSeconds }
}
