internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

extension Broker {
    /// - Throws: `notFound`, `unavailable`.
    func credential(_ id: CredentialID) async throws(LifecycleError) -> Credential {
        let found: Credential?
        do throws(StorageError) {
            found = try await ledger.credential(id)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        guard let found else { throw .notFound("no credential/\(id)") }
        return found
    }

    /// The credential of a certificate of ours, which must be the recorded one byte for byte.
    func credential(certificateDER der: [UInt8]) async throws(LifecycleError) -> Credential {
        let certificate: Certificate
        do {
            certificate = try Certificate(der: der)
        } catch {
            throw .invalid(field: "target.certificate", detail: "not a certificate")
        }
        for issuer in keys.issuers where certificate.isSigned(by: issuer.facts.publicKey) {
            do throws(StorageError) {
                if let found = try await ledger.certificate(issuer: issuer.id, serial: certificate.serialNumber),
                    case .certificate(_, _, _, let recorded, _) = found.body, recorded == der
                {
                    return found
                }
            } catch {
                throw .unavailable(.init("\(error)"))
            }
        }
        throw .notFound("no certificate of this broker")
    }

    /// The credential of this id, or the certificate of this serial number as answers show it.
    ///
    /// - Throws: `notFound`, in the words that the caller used.
    func credentialID(_ text: String) async throws(LifecycleError) -> CredentialID {
        if let id = try? CredentialID(text) { return id }
        guard (2...40).contains(text.utf8.count), let serial = Hex.decode(text), Hex.text(serial) == text else {
            throw .notFound("no credential/\(text)")
        }
        do throws(StorageError) {
            for version in snapshot.keyVersions(for: .issuingCA) {
                let issuer = IssuerID(high: version.id.high, low: version.id.low)
                if let found = try await ledger.certificate(issuer: issuer, serial: serial) { return found.id }
            }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        throw .notFound("no credential/\(text)")
    }

    /// On what a recorded credential rested, in today's versions of the same objects.
    func basis(of credential: Credential, in snapshot: Snapshot) throws(LifecycleError) -> IssuanceBasis {
        guard let identity = snapshot.identity(credential.identity), let owner = snapshot.identity(credential.owner),
            let profile = snapshot.profile(credential.profile),
            let entitlement = snapshot.entitlement(credential.entitlement)
        else { throw .unavailable(.init("\(credential.id) names an object that is not there")) }
        var scopes: [Scope] = []
        if case .token(_, let recorded, _) = credential.body { scopes = recorded }
        return IssuanceBasis(
            recorded: credential, identity: identity, owner: owner, profile: profile, entitlement: entitlement,
            scopes: scopes)
    }
}

extension Credential {
    /// The DNS names, then the URIs, that a certificate bears; none of a token.
    package var certifiedNames: [String] {
        guard case .certificate(_, _, _, let der, _) = body, let certificate = try? Certificate(der: der) else {
            return []
        }
        return certificate.dnsNames + certificate.uriNames
    }
}
