internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let certificates: [Route] = [
        .recording(
            .certificateIssue, .post, APIPath.certificates,
            .init("Issues a certificate", body: "IssueCertificateBody", answer: "IssueCertificateAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(IssueCertificateBody.self)
            let read = TypedField()
            let operation = IssueCertificate(
                profile: try read.name(body.profile, "profile"), csrPEM: try csr(body.csr, exchange),
                lifetimeSeconds: try read.lifetime(body.ttlSeconds, "ttl_seconds"), renews: nil)
            let issued = try await exchange.broker.issueCertificate(
                operation, by: caller, in: try exchange.call(bytes, isDryRun: body.dryRun))
            return try answer(issued)
        },
        .recording(
            .certificateRenew, .post, APIPath.certificates + "/{id}/renewal",
            .init(
                "Renews a certificate over the connection that it opened", body: "RenewCertificateBody",
                answer: "IssueCertificateAnswer", status: 201)
        ) { exchange, caller in
            let text = exchange.parameter(0)
            guard let id = try? CredentialID(text) else {
                throw Refusal.noObject
            }
            let (body, bytes) = try await exchange.body(RenewCertificateBody.self)
            let issued = try await exchange.broker.renew(
                id, csrPEM: try csr(body.csr, exchange), by: caller,
                in: try exchange.call(bytes, isDryRun: body.dryRun))
            return try answer(issued)
        },
    ]

    private static func csr(_ text: String, _ exchange: Exchange) throws(Refusal) -> [UInt8] {
        guard text.utf8.count <= exchange.limits.csrBytesMax else {
            throw .field("csr", "at most \(exchange.limits.csrBytesMax) bytes")
        }
        return Array(text.utf8)
    }

    private static func answer(_ issued: CertificateIssuance) throws -> Answer {
        let place = issued.recorded?.place
        let basis = issued.basis
        return try .act(
            IssueCertificateAnswer(
                id: issued.id?.text, certificate: issued.certificate?.leafPEM, chain: issued.certificate?.chainPEM,
                serial: issued.certificate?.serialHex, notBefore: issued.notBefore.secondsText,
                notAfter: issued.notAfter.secondsText, renewAfter: issued.renewal.after.secondsText,
                renewUntil: issued.renewal.until.secondsText, identity: basis.identity.reference.description,
                owner: basis.owner.reference.description, entitlement: basis.entitlement.versionText,
                names: issued.names, ignored: issued.ignored.isEmpty ? nil : issued.ignored,
                replaces: issued.replaces?.text,
                auditIndex: place?.index, checkpoint: place?.checkpoint), place)
    }
}
