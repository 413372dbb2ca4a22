package import TenureModel

/// Which of several trusts of an issuer a token fits.
package enum TrustSelection: Sendable {
    /// Why one trust refused, for the operator.
    package struct Explanation: Hashable, Sendable {
        package let trust: TrustID
        package let bounds: [Bound]
    }

    case proven(FederatedIdentityProof)
    /// The token fits trusts of several identities; the caller must name one.
    case ambiguous([TrustID])
    /// The trusts that came closest first, at most `explanationCountMax`.
    case refused([Explanation])

    package static let explanationCountMax = 5

    /// Judges the token by each trust. Of several trusts of one identity the one with most conditions counts, then the
    /// oldest.
    package static func select(
        _ token: VerifiedFederatedToken, among trusts: [Trust], now: Timestamp
    ) -> TrustSelection {
        select([token], among: trusts, now: now)
    }

    /// Judges one presented token that keys of several sources verified: each trust by its own source's. A trust with a
    /// copy of the issuer's keys as its own set verifies the same token, and must not stand in the way of the others.
    ///
    /// - Parameter tokens: at least one, or every trust refuses; at most one for a source.
    package static func select(
        _ tokens: [VerifiedFederatedToken], among trusts: [Trust], now: Timestamp
    ) -> TrustSelection {
        let judged = trusts.compactMap { trust -> (trust: Trust, judgement: TokenJudgement)? in
            let source = trust.oidc.map { KeySourceIdentity($0) }
            guard let token = tokens.first(where: { $0.source == source }) ?? tokens.first else { return nil }
            return (trust, TokenJudgement(token, for: trust, now: now))
        }
        let proven = judged.filter { $0.judgement.proof != nil }.sorted { one, other in
            let counts = (one.trust.oidc?.conditions.count ?? 0, other.trust.oidc?.conditions.count ?? 0)
            return counts.0 != counts.1 ? counts.0 > counts.1 : one.trust.id < other.trust.id
        }
        if let first = proven.first, let proof = first.judgement.proof {
            let isOneIdentity = proven.allSatisfy { $0.trust.identity == first.trust.identity }
            return isOneIdentity ? .proven(proof) : .ambiguous(proven.map(\.trust.id).sorted())
        }
        // Of those that fail as often, the one of which more holds came closer.
        let closest = judged.sorted { one, other in
            let failures = (one.judgement.failures.count, other.judgement.failures.count)
            guard failures.0 == failures.1 else { return failures.0 < failures.1 }
            let bounds = (one.judgement.bounds.count, other.judgement.bounds.count)
            return bounds.0 != bounds.1 ? bounds.0 > bounds.1 : one.trust.id < other.trust.id
        }
        return .refused(
            closest.prefix(explanationCountMax).map { Explanation(trust: $0.trust.id, bounds: $0.judgement.bounds) })
    }
}
