internal import TenureModel

/// What a trust may say of where keys come from, as far as it can be told before anything is fetched (THREATS, T16).
enum KeySourceRule {
    static let networkCountMax = 32

    static func findings(_ trust: OIDCTrust) -> [UnsafeTrust.Finding] {
        guard trust.networks.count <= networkCountMax else {
            return [.init("issuer.networks", "a trust lists at most \(networkCountMax) networks")]
        }
        let rule: KeyAddressRule
        do {
            rule = try KeyAddressRule(networks: trust.networks)
        } catch {
            return [.init("issuer.networks", error.description)]
        }
        do {
            switch trust.keys {
            // A malformed issuer is a finding of its own.
            case .discovery: if let address = KeyURL(trust.issuer)?.address { try rule.check(address) }
            case .url(let url): _ = try rule.url(url)
            case .fixed(let text): return fixedFindings(text)
            }
        } catch {
            return [.init("issuer.jwks", error.description)]
        }
        return []
    }

    private static func fixedFindings(_ text: String) -> [UnsafeTrust.Finding] {
        do {
            let set = try KeySetText(Array(text.utf8))
            return set.skipped.filter { $0.reason == .privateKey }.map { key in
                .init("issuer.jwks", "key \(key.index) holds a private or symmetric key; only public keys belong here")
            }
        } catch {
            return [.init("issuer.jwks", error.description)]
        }
    }
}
