internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel

extension Broker {
    /// Verifies the certificate with which a client opened its TLS connection. The handshake proved the key; here the
    /// certificate must be one that we recorded, byte for byte, and still live: connections outlast revocations (T23,
    /// T28).
    func verifyCertificate(_ der: [UInt8], source: String) async throws(LoginRefusal) -> CallerProof {
        let certificate: Certificate
        do {
            certificate = try Certificate(der: der)
        } catch {
            throw LoginRefusal("certificate", expected: "a certificate", actual: "other bytes")
        }
        guard let issuer = keys.issuers.first(where: { certificate.isSigned(by: $0.facts.publicKey) }) else {
            throw LoginRefusal("certificate", expected: "one of our issuing CAs", actual: "another issuer")
        }
        guard certificate.extendedKeyUsages?.contains(.clientAuthentication) ?? false else {
            throw LoginRefusal("certificate", expected: "extended key usage clientAuth", actual: "none such")
        }
        let stored: Credential?
        do throws(StorageError) {
            stored = try await ledger.certificate(issuer: issuer.id, serial: certificate.serialNumber)
        } catch {
            throw LoginRefusal("record", explanations: [], isTemporary: true)
        }
        // defence: T23 first: if let stored { return try callerProof(of: stored, source: source) }
        guard let stored, case .certificate(_, _, _, let recorded, _) = stored.body, recorded == der else {
            throw LoginRefusal("certificate", expected: "a certificate that was recorded", actual: "another one")
        }
        return try callerProof(of: stored, source: source)
    }

    private func callerProof(of credential: Credential, source: String) throws(LoginRefusal) -> CallerProof {
        let snapshot = self.snapshot
        let time = now()
        // defence: T14
        guard credential.notBefore <= time, time < credential.notAfter else {
            throw LoginRefusal("certificate", expected: "one that is valid now", actual: "an expired one")
        }
        // defence: T28
        if let dead = snapshot.firstKill(of: credential.lineage.references, at: credential.position) {
            throw LoginRefusal("revoked", expected: "a live certificate", actual: "cut by \(dead.reference)")
        }
        guard let identity = snapshot.identity(credential.identity), identity.state == .active else {
            throw LoginRefusal("identity", expected: "an active identity", actual: "ended or suspended")
        }
        let lineage = credential.lineage
        // Everything that the certificate hangs on: what kills it kills what was obtained with it.
        return CallerProof(
            identity: identity.id, method: .certificate, session: nil, trust: credential.trust,
            trustVersion: credential.trustVersion, trustNumber: lineage.trust, authentication: lineage.authentication,
            instance: lineage.instance, family: lineage.family, credential: credential.id,
            references: lineage.references, floor: snapshot.size, expires: credential.notAfter, renewalEnds: nil,
            presentations: nil, source: source)
    }
}
