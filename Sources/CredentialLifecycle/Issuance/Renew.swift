package import Authorization
internal import Storage
package import TenureModel

extension Broker {
    /// Renews a certificate over the connection that it opened: issuance again, with the same checks, on the same
    /// entitlement, for a new key. Nothing else of the certificate is looked at; a sibling cannot renew it (T23).
    package func renew(
        _ id: CredentialID, csrPEM: [UInt8], by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> CertificateIssuance {
        guard caller.proof.method == .certificate, caller.proof.credential == id else {
            throw .denied(Denial(.denied, "a certificate is renewed over a connection that it opened itself"))
        }
        let renewed = try await credential(id)
        guard let profile = snapshot.profile(renewed.profile) else { throw .notFound("its profile is gone") }
        return try await issueCertificate(
            IssueCertificate(profile: profile.name, csrPEM: csrPEM, lifetimeSeconds: nil, renews: id), by: caller,
            in: call)
    }

    /// The credential that an operation renews, which the caller must have authenticated with.
    func renewedCredential(
        _ operation: IssueCertificate, by caller: AuthenticatedCaller
    ) async throws(LifecycleError) -> Credential? {
        guard let id = operation.renews else { return nil }
        guard caller.proof.credential == id else {
            throw .denied(Denial(.denied, "a certificate is renewed over a connection that it opened itself"))
        }
        return try await credential(id)
    }
}
