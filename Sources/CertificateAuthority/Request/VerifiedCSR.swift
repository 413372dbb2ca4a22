internal import AuditLog
package import OpenSSLCrypto
package import TenureModel

/// A key that may stand in a certificate: strong, of a kind that the profile allows, not blocked, none of our own CAs',
/// and its holder has proved to hold it. Only `RequestChecker` makes it.
package struct VerifiedCSR: Sendable {
    package let publicKey: PublicKey
    /// The first 160 bits of SHA-256 of the key's bits (RFC 7093, section 2, method 1).
    package let keyIdentifier: [UInt8]
    /// The reference `s` of what the key is put into.
    package let keyReference: LineageReference
    /// What the request asks for besides, of which nothing is used.
    package let requested: [RequestedContent]

    fileprivate init(_ publicKey: PublicKey, reference: LineageReference, requested: [RequestedContent]) {
        self.publicKey = publicKey
        keyIdentifier = publicKey.identifier
        keyReference = reference
        self.requested = requested
    }

    /// What was asked for and is not given to this subject: for the answer to a dry run.
    package func ignoredWishes(for subject: CertificateSubject) -> [IgnoredWish] {
        // defence: T22 (what was asked is told); becomes: []
        IgnoredWish.list(requested, granted: subject)
    }
}

/// Judges certification requests under one profile. It comes after authorization, so that strangers cost no signature
/// check, and it does the cheap things first.
package struct RequestChecker: Sendable {
    private let allowedKinds: Set<KeyKind>
    private let ownKeys: Set<PublicKey>
    private let weakKeys: WeakKeyList

    /// - Parameters:
    ///   - ownKeys: the keys of every CA of ours, the root's too: a certificate for one of them would be a second name
    ///     for a CA.
    ///   - weakKeys: those that others have too.
    package init(profile: CertificateProfile, ownKeys: [PublicKey], weakKeys: WeakKeyList) {
        allowedKinds = Set(profile.keys.map(\.kind))
        self.ownKeys = Set(ownKeys)
        self.weakKeys = weakKeys
    }

    /// Reads a request in PEM and judges it.
    ///
    /// - Parameter isBlocked: whether a key, by its reference `s`, is cut or listed as compromised.
    /// - Throws: `RequestRefusal`.
    package func verify(
        pem: [UInt8], isBlocked: (LineageReference) -> Bool
    ) throws(RequestRefusal) -> VerifiedCSR {
        let request: CertificationRequest
        do {
            request = try CertificationRequest(parsingPEM: pem, weakKeys: weakKeys)
        } catch {
            throw RequestRefusal(error)
        }
        return try verify(request, isBlocked)
    }

    /// Reads a request in DER and judges it.
    ///
    /// - Throws: `RequestRefusal`.
    package func verify(
        der: [UInt8], isBlocked: (LineageReference) -> Bool
    ) throws(RequestRefusal) -> VerifiedCSR {
        let request: CertificationRequest
        do {
            request = try CertificationRequest(parsingDER: der, weakKeys: weakKeys)
        } catch {
            throw RequestRefusal(error)
        }
        return try verify(request, isBlocked)
    }

    /// Takes a key of the broker's own, whose possession needs no proof: for its TLS certificate.
    ///
    /// - Throws: `RequestRefusal` if the profile does not allow it, or a CA has it.
    package func verify(ownKey: PrivateKey) throws(RequestRefusal) -> VerifiedCSR {
        let reference = try judge(ownKey.publicKey) { _ in false }
        return VerifiedCSR(ownKey.publicKey, reference: reference, requested: [])
    }

    private func verify(
        _ request: CertificationRequest, _ isBlocked: (LineageReference) -> Bool
    ) throws(RequestRefusal) -> VerifiedCSR {
        let reference = try judge(request.publicKey, isBlocked)
        // defence: T21
        do { try request.verifyProofOfPossession() } catch { throw RequestRefusal(error) }
        return VerifiedCSR(request.publicKey, reference: reference, requested: request.requested)
    }

    private func judge(
        _ key: PublicKey, _ isBlocked: (LineageReference) -> Bool
    ) throws(RequestRefusal) -> LineageReference {
        guard allowedKinds.contains(key.kind) else { throw .keyKindNotAllowed(key.kind) }
        // defence: T21
        guard !ownKeys.contains(key) else { throw .ownAuthorityKey }
        let reference = LineageReference.subjectKey(spkiDER: key.spkiDER)
        guard !isBlocked(reference) else { throw .blockedKey(reference) }
        return reference
    }
}

extension CertificateProfile.Key {
    /// The same kind in the words of the cryptography.
    package var kind: KeyKind {
        switch self {
        case .p256: .p256
        case .p384: .p384
        case .ed25519: .ed25519
        case .rsa2048: .rsa2048
        case .rsa3072: .rsa3072
        case .rsa4096: .rsa4096
        }
    }
}
