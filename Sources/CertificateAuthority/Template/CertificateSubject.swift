package import TenureModel

/// Whom a certificate names: built from profile and identity, never from what a request asks for.
package struct CertificateSubject: Hashable, Sendable {
    /// The most DNS names, and the most addresses, of one certificate.
    package static let namesMax = 100

    /// The common name: the identity's name, or the first host name of the broker's own certificate.
    package let commonName: String
    package let dnsNames: [DNSName]
    /// `spiffe://TRUST_DOMAIN/env/ENVIRONMENT/wl/NAME`, or nil.
    package let uri: String?
    /// Only the broker's own certificate has addresses.
    package let addresses: [NetworkAddress]

    /// DNS names, then the URI, as answers show them.
    package var nameTexts: [String] { dnsNames.map(\.text) + (uri.map { [$0] } ?? []) }

    /// The names that an identity gets: the profile's, with `NAME` and `ENVIRONMENT` replaced, narrowed by the
    /// entitlement's constraint `names`, which is read in the same way; and the SPIFFE id of a workload.
    ///
    /// - Parameter environment: the profile's, which is the identity's own where it has one.
    /// - Throws: `SubjectRefusal` if a name is none, or nothing is left.
    package init(
        profile: CertificateProfile, identity: Identity, environment: EnvironmentName,
        constraints: EntitlementConstraints, trustDomain: TrustDomain
    ) throws(SubjectRefusal) {
        guard profile.names.count <= Self.namesMax else { throw .tooManyNames }
        let name = identity.name.text
        var names: [DNSName] = []
        for pattern in profile.names {
            let candidate = try Self.filled(pattern, name: name, environment: environment.text)
            if !names.contains(candidate) { names.append(candidate) }
        }
        if let wanted = constraints.names {
            var allowed: Set<String> = []
            for pattern in wanted { allowed.insert(Self.replaced(pattern, name: name, environment: environment.text)) }
            names.removeAll { !allowed.contains($0.text) }
        }
        var uri: String?
        if profile.spiffe, identity.workload != nil {
            uri = "spiffe://\(trustDomain.text)/env/\(environment.text)/wl/\(name)"
        }
        guard !names.isEmpty || uri != nil else { throw .noNames }
        commonName = name
        dnsNames = names
        self.uri = uri
        addresses = []
    }

    /// The names of the broker's own TLS certificate, as its configuration gives them.
    ///
    /// - Throws: `SubjectRefusal` without a DNS name, or with too many.
    package init(serverNames: [DNSName], addresses: [NetworkAddress]) throws(SubjectRefusal) {
        guard let first = serverNames.first else { throw .noNames }
        guard serverNames.count <= Self.namesMax, addresses.count <= Self.namesMax else { throw .tooManyNames }
        // A common name has at most 64 characters (RFC 5280, appendix A.1); the SAN has the whole name.
        commonName = String(first.text.prefix(64))
        dnsNames = Self.unique(serverNames)
        uri = nil
        self.addresses = Self.unique(addresses)
    }

    /// Each once, in the order of their first appearance.
    private static func unique<Name: Hashable>(_ names: [Name]) -> [Name] {
        var seen: Set<Name> = []
        return names.filter { seen.insert($0).inserted }
    }

    private static func filled(_ pattern: String, name: String, environment: String) throws(SubjectRefusal) -> DNSName {
        do {
            return try DNSName(replaced(pattern, name: name, environment: environment))
        } catch {
            throw .malformedName(pattern)
        }
    }

    /// Names are lower case, so that what was put in is never replaced again.
    private static func replaced(_ pattern: String, name: String, environment: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(pattern.utf8)[...]
        while let first = rest.first {
            if rest.starts(with: "ENVIRONMENT".utf8) {
                bytes.append(contentsOf: environment.utf8)
                rest = rest.dropFirst("ENVIRONMENT".utf8.count)
            } else if rest.starts(with: "NAME".utf8) {
                bytes.append(contentsOf: name.utf8)
                rest = rest.dropFirst("NAME".utf8.count)
            } else {
                bytes.append(first)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why an identity gets no names under a profile.
package enum SubjectRefusal: Error, Hashable, Sendable {
    /// The profile's pattern, with this identity's name in it, is no DNS name.
    case malformedName(String)
    /// More than `CertificateSubject.namesMax`.
    case tooManyNames
    /// Nothing is left: the constraint names none of the profile's names, or the profile has none for this identity.
    case noNames
}
