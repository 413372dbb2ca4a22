internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    /// What relying parties fetch; the plain listener serves nothing else (RFC 5280, section 8).
    static let publications: [Route] = [
        .open(
            .get, APIPath.crl + "/{issuer}/{shard}",
            .init("A shard's certificate revocation list, in DER", mediaType: "application/pkix-crl")
        ) { exchange in
            let file = exchange.parameter(1)
            guard let issuer = try? IssuerID(exchange.parameter(0)), file.hasSuffix(".crl"),
                let shard = StrictNumber.decimal(file[...].dropLast(".crl".count)),
                let list = try await exchange.broker.publishedList(issuer: issuer, shard: shard)
            else { throw Refusal.notFound("no such list") }
            // A list may be replaced at any moment; nobody keeps one past its end.
            let left = list.nextUpdate.seconds - exchange.time.seconds
            return Answer(mediaType: "application/pkix-crl", bytes: list.der, cache: .seconds(min(60, left)))
        },
        .open(
            .get, APIPath.crl + "/{issuer}",
            .init("The complete certificate revocation list of an issuer, in DER", mediaType: "application/pkix-crl")
        ) { exchange in
            let file = exchange.parameter(0)
            guard file.hasSuffix(".crl"), let issuer = try? IssuerID(String(file.dropLast(".crl".count))),
                let list = try await exchange.broker.completeList(issuer: issuer)
            else { throw Refusal.notFound("no complete list: certificates name the list of their shard") }
            let left = list.nextUpdate.seconds - exchange.time.seconds
            return Answer(mediaType: "application/pkix-crl", bytes: list.der, cache: .seconds(min(30, left)))
        },
        .open(
            .get, APIPath.root, .init("The root certificate, in PEM", mediaType: "application/x-pem-file")
        ) { exchange in
            .text(exchange.broker.bundle().root, mediaType: "application/x-pem-file", cache: .seconds(300))
        },
        .open(
            .get, APIPath.chain, .init("The issuing CAs, in PEM", mediaType: "application/x-pem-file")
        ) { exchange in
            .text(
                exchange.broker.bundle().issuers.joined(), mediaType: "application/x-pem-file", cache: .seconds(300))
        },
    ]
}
