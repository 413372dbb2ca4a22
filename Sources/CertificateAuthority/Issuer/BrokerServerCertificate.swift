package import OpenSSLCrypto
package import TenureModel

/// The TLS certificate of the broker's own listener. It walks the same way as every leaf (template, linter, issuer),
/// under a profile of its own; it is no credential, so it has no row, no lineage and no receipt.
package enum BrokerServerCertificate {
    /// A week; the server replaces it long before.
    package static let lifetimeSeconds: Int64 = 7 * 86_400

    /// Makes a certificate for the names and addresses that the configuration gives.
    ///
    /// - Parameters:
    ///   - key: the listener's key, P-256 or P-384, which never leaves the process.
    ///   - publication: not named in the certificate, which says `noRevAvail`.
    /// - Throws: `BrokerServerRefusal`.
    package static func make(
        names: [DNSName], addresses: [NetworkAddress], key: PrivateKey, issuer: Issuer,
        publication: PublicationPoint, serial: SerialNumber, now: Timestamp
    ) throws(BrokerServerRefusal) -> SignedCertificate {
        let profile = try profile()
        let checker = RequestChecker(profile: profile, ownKeys: [issuer.facts.publicKey], weakKeys: .none)
        let order: CertificateOrder
        do {
            order = CertificateOrder(
                purpose: .brokerServer,
                subject: try CertificateSubject(serverNames: names, addresses: addresses),
                key: try checker.verify(ownKey: key),
                validity: try CertificateValidity(
                    now: now, profile: profile, requestedSeconds: nil, constraintSeconds: nil, latestEnd: nil,
                    issuer: issuer.facts),
                lineage: nil, shard: nil)
        } catch {
            throw BrokerServerRefusal(reason: "\(error)")
        }
        let template = CertificateTemplate(issuer: issuer.facts, profile: profile, publication: publication)
        let linter = Linter(issuer: issuer.facts, profile: profile, publication: publication)
        do {
            let tbs = template.tbsCertificate(for: order, serial: serial)
            let unreleased = try issuer.issue(try linter.lint(tbs, serial: serial, against: order))
            return try unreleased.revealBrokerServer()
        } catch {
            throw BrokerServerRefusal(reason: "\(error)")
        }
    }

    private static func profile() throws(BrokerServerRefusal) -> CertificateProfile {
        do {
            let lifetime = try Lifetime(seconds: lifetimeSeconds)
            return CertificateProfile(
                keys: [.p256, .p384], names: [], usages: [.server], spiffe: false, lifetime: lifetime,
                maximumLifetime: lifetime, revocationSeconds: lifetimeSeconds, foreignConsumers: true)
        } catch {
            throw BrokerServerRefusal(reason: "\(error)")
        }
    }
}

/// Why the broker has no certificate for its listener; the reason is for its operator.
package struct BrokerServerRefusal: Error, Hashable, Sendable {
    package let reason: String
}
