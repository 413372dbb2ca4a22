package import TenureModel

/// From when to when a certificate is valid, in whole seconds, both ends included (RFC 5280, section 4.1.2.5).
package struct CertificateValidity: Hashable, Sendable {
    /// How far `notBefore` lies in the past, for relying parties whose clock is behind (THREATS, section 3).
    package static let skewSeconds: Int64 = 60

    /// The second in which it was decided.
    package let decidedAt: Timestamp
    package let notBefore: Timestamp
    package let notAfter: Timestamp

    /// Decides how long a certificate lives: what was asked for, or the profile's default, but no longer than the
    /// entitlement's constraint, what justified it, and its issuer.
    ///
    /// - Parameters:
    ///   - requestedSeconds: nil for the profile's default. More than the profile allows is refused; the other bounds
    ///     shorten.
    ///   - latestEnd: the end of the entitlement or of whatever else bounds it. It is valid no more at that instant, so
    ///     the certificate's last second is the one before.
    /// - Throws: `ValidityRefusal`.
    package init(
        now: Timestamp, profile: CertificateProfile, requestedSeconds: Int64?, constraintSeconds: Int64?,
        latestEnd: Timestamp?, issuer: IssuerFacts
    ) throws(ValidityRefusal) {
        let decidedAt = now.wholeSecond
        let wanted = requestedSeconds ?? profile.lifetime.seconds
        guard wanted <= profile.maximumLifetime.seconds else {
            throw .lifetimeTooLong(maximumSeconds: profile.maximumLifetime.seconds)
        }
        let seconds = min(wanted, constraintSeconds ?? wanted)
        guard Lifetime.allowed.contains(seconds) else { throw .lifetimeTooShort }
        var notAfter = min(decidedAt.adding(seconds: seconds), issuer.notAfter)
        if let latestEnd { notAfter = min(notAfter, latestEnd.adding(milliseconds: -1).wholeSecond) }
        guard decidedAt >= issuer.notBefore, decidedAt <= issuer.notAfter else { throw .issuerNotValid }
        guard notAfter > decidedAt else { throw .noTimeLeft }
        self.decidedAt = decidedAt
        self.notBefore = max(decidedAt.adding(seconds: -Self.skewSeconds), issuer.notBefore)
        self.notAfter = notAfter
    }

    /// Takes both ends as they are: for tests of what refuses them.
    init(uncheckedAt decidedAt: Timestamp, notBefore: Timestamp, notAfter: Timestamp) {
        self.decidedAt = decidedAt
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}

/// Why there is no time for which a certificate could be valid.
package enum ValidityRefusal: Error, Hashable, Sendable {
    case lifetimeTooLong(maximumSeconds: Int64)
    /// Below one minute.
    case lifetimeTooShort
    /// What justified it ends now, or has ended.
    case noTimeLeft
    /// The issuer's own certificate is not valid now.
    case issuerNotValid
}

/// When the holder of a credential should ask for the next one (`renew_after`, `renew_until`).
package struct RenewalWindow: Hashable, Sendable {
    /// Two thirds of the validity, earlier by up to a tenth of it.
    package let after: Timestamp
    /// Past this no renewal reaches: the end of the entitlement, the end of the calendar where it has none.
    package let until: Timestamp

    /// Spreads the renewals of credentials that were issued together. It is made of what the credential row holds, so
    /// that it is the same whenever it is asked for.
    ///
    /// - Parameter latestEnd: that of the entitlement.
    package init(notBefore: Timestamp, notAfter: Timestamp, latestEnd: Timestamp?, credential: CredentialID) {
        let lifetime = max(0, notAfter.seconds - notBefore.seconds)
        let tenth = lifetime / 10
        let spread = tenth > 0 ? Int64(credential.low % UInt64(tenth)) : 0
        after = notBefore.wholeSecond.adding(seconds: lifetime * 2 / 3 - spread)
        until = latestEnd ?? .distantFuture
    }
}
