internal import AuditLog
package import CertificateAuthority
package import OpenSSLCrypto
package import SecretMemory
package import TenureModel

/// The issuing CAs of an installation that is to stand under a root elsewhere: their keys are made, and wait for
/// certificates. Nothing is recorded yet; between the two steps they rest in a file, sealed by the key-encryption key.
package struct PendingAuthorities: Sendable {
    private struct Pending {
        let id: KeyVersionID
        let key: any SigningKey
        let secret: SecretBytes
        let name: AuthorityName
    }

    private let domain: TrustDomain
    private let rootID: KeyVersionID
    private let pending: [Pending]

    /// Makes the keys.
    ///
    /// - Throws: `FoundingError.making`.
    package init(
        _ order: FoundingOrder, at now: Timestamp,
        chance: RandomSource = { (count) throws(CryptoError) in try SecureRandom.bytes(count) }
    ) throws(FoundingError) {
        do {
            let ids = try FoundedAuthorities.makeIDs(now, chance)
            rootID = ids[0]
            domain = order.trustDomain
            var pending: [Pending] = []
            for (place, id) in ids.dropFirst().enumerated() {
                let (key, secret) = try order.issuingKeys.make(order.issuingKey, id: id)
                let name = try FoundedAuthorities.issuingName(place + 1, of: order.trustDomain)
                pending.append(Pending(id: id, key: key, secret: secret, name: name))
            }
            self.pending = pending
        } catch let error as CryptoError {
            throw .making("\(error.operation.rawValue): \(error.fault.text)")
        } catch {
            throw .making("\(error)")
        }
    }

    /// What the root is to certify: one request in PEM for each, the one that signs first before the other.
    package func requests() throws(FoundingError) -> [String] {
        var requests: [String] = []
        for one in pending {
            do throws(AuthorityError) {
                requests.append(try IssuingAuthority.requestPEM(key: one.key, name: one.name))
            } catch {
                throw .making("\(error)")
            }
        }
        return requests
    }

    // MARK: At rest

    /// All of it, for a file.
    package func sealed(by keyEncryptionKey: SecretBytes) throws(FoundingError) -> [UInt8] {
        var bytes = rootID.bytes
        for one in pending {
            bytes += one.id.bytes + [UInt8(one.secret.count >> 8), UInt8(one.secret.count & 0xFF)]
            one.secret.withBytes { secret in for place in secret.indices { bytes.append(secret[place]) } }
        }
        do throws(CryptoError) {
            return try SealedBox.seal(
                SecretBytes(wiping: &bytes), with: keyEncryptionKey, associatedData: Self.associatedData(domain))
        } catch {
            throw .making("\(error)")
        }
    }

    /// Opens what `sealed(by:)` made, of the same installation.
    ///
    /// - Throws: `FoundingError.making` for another key-encryption key or trust domain, and where a token has not the
    ///   keys.
    package init(
        opening box: [UInt8], with keyEncryptionKey: SecretBytes, for domain: TrustDomain, issuingKeys: IssuingKeySource
    ) throws(FoundingError) {
        do {
            let secret = try SealedBox.open(
                box, with: keyEncryptionKey, associatedData: Self.associatedData(domain))
            var place = 0
            func take(_ count: Int) throws -> [UInt8] {
                guard secret.count - place >= count else { throw FoundingError.making("the file is cut off") }
                defer { place += count }
                return secret.withBytes { bytes in (place..<place + count).map { bytes[$0] } }
            }
            rootID = try KeyVersionID(bytes: try take(16))
            var pending: [Pending] = []
            while place < secret.count {
                let id = try KeyVersionID(bytes: try take(16))
                let count = try take(2)
                var own = try take(Int(count[0]) << 8 | Int(count[1]))
                let part = SecretBytes(wiping: &own)
                pending.append(
                    Pending(
                        id: id, key: try issuingKeys.key(in: part), secret: part,
                        name: try FoundedAuthorities.issuingName(pending.count + 1, of: domain)))
            }
            guard pending.count == 2 else { throw FoundingError.making("the file is cut off") }
            self.pending = pending
            self.domain = domain
        } catch let error as FoundingError {
            throw error
        } catch IssuingKeyFault.token(let reason) {
            throw .making("the key of an issuing CA cannot be had: \(reason)")
        } catch is CryptoError {
            throw .making("it opens with the key-encryption key and the trust domain alone with which it was made")
        } catch {
            throw .making("\(error)")
        }
    }

    private static func associatedData(_ domain: TrustDomain) -> [UInt8] {
        Array("tenure/pending-ca/v1".utf8) + [0] + Array(domain.text.utf8)
    }

    // MARK: Certified

    /// Takes the certificates, in any order, after every check.
    ///
    /// - Throws: `PendingRefusal`.
    package func certified(
        by root: ExternalRoot, _ certificates: [Certificate], list: RevocationList?
    ) throws(PendingRefusal) -> CertifiedAuthorities {
        for (place, certificate) in certificates.enumerated()
        where !pending.contains(where: { $0.key.publicKey == certificate.publicKey }) {
            throw .certificate(place, .otherKey)
        }
        var issuing: [FoundedAuthorities.Issuing] = []
        for (number, one) in pending.enumerated() {
            let place = certificates.firstIndex { $0.publicKey == one.key.publicKey }
            guard let place else { throw .missing(number + 1) }
            let certificate = certificates[place]
            do throws(ExternalRootRefusal) {
                try root.check(certificate, for: one.key.publicKey, name: one.name)
            } catch {
                throw .certificate(place, error)
            }
            guard !issuing.contains(where: { $0.certificate.serialNumber == certificate.serialNumber }) else {
                throw .sameSerial
            }
            issuing.append(.init(id: one.id, secret: one.secret, certificate: certificate))
        }
        if let list {
            do throws(ExternalRootRefusal) {
                try root.check(list, sparing: issuing.map(\.certificate))
            } catch {
                throw .list(error)
            }
        }
        return CertifiedAuthorities(
            authorities: FoundedAuthorities(
                rootID: rootID, root: root.certificate, rootListDER: list?.der, issuing: issuing))
    }
}

/// Issuing CAs under a root elsewhere that passed every check; `PendingAuthorities` alone makes it.
package struct CertifiedAuthorities: Sendable {
    let authorities: FoundedAuthorities

    fileprivate init(authorities: FoundedAuthorities) { self.authorities = authorities }
}

/// Why what a root elsewhere gave is not taken.
package enum PendingRefusal: Error, Hashable, Sendable {
    /// The certificate at this place, from 0.
    case certificate(Int, ExternalRootRefusal)
    /// None is for the request of this number, from 1.
    case missing(Int)
    /// Two certificates have one serial number.
    case sameSerial
    case list(ExternalRootRefusal)
}
