internal import CertificateAuthority
internal import OpenSSLCrypto
internal import Synchronization
internal import TenureModel

/// Templates, linters and checkers, made once for each issuer and version of a profile: encoding them anew would cost
/// more than all the rest of an issuance but the signature.
final class CertificateWorkshop: Sendable {
    struct Bench: Sendable {
        let template: CertificateTemplate
        let linter: Linter
        let checker: RequestChecker
    }

    /// The most pairs that are kept; beyond it all are made anew.
    static let benchesMax = 1_000

    private struct Key: Hashable {
        let issuer: IssuerID
        let profile: ProfileID
        let version: Int64
    }

    private let publication: PublicationPoint
    private let weakKeys: WeakKeyList
    private let benches = Mutex<[Key: Bench]>([:])

    init(publication: PublicationPoint, weakKeys: WeakKeyList) {
        self.publication = publication
        self.weakKeys = weakKeys
    }

    func bench(for profile: Profile, _ body: CertificateProfile, issuer: Issuer, keys: KeyChest) -> Bench {
        let key = Key(issuer: issuer.id, profile: profile.id, version: profile.version)
        return benches.withLock { benches in
            if let bench = benches[key] { return bench }
            if benches.count >= Self.benchesMax { benches.removeAll() }
            let bench = Bench(
                template: CertificateTemplate(issuer: issuer.facts, profile: body, publication: publication),
                linter: Linter(issuer: issuer.facts, profile: body, publication: publication),
                checker: RequestChecker(profile: body, ownKeys: keys.authorityKeys, weakKeys: weakKeys))
            benches[key] = bench
            return bench
        }
    }
}
