package import OpenSSLCrypto
internal import Synchronization

/// Tokens that were found right before, by the SHA-256 of their whole text. The texts themselves are not kept (P6).
///
/// Of equal bytes neither the signature nor the claims can change. All that can, which is keys, marks and the time, is
/// judged anew by whoever asks; so what is remembered saves work and decides nothing.
package final class RememberedTokens<Token: Sendable>: Sendable {
    /// Two generations of so many: when the younger one is full it takes the place of the older one, which is
    /// forgotten. What is asked for in between comes along.
    package static var generationMax: Int { 8_192 }

    private struct Generations {
        var young: [Digest32: Token] = [:]
        var old: [Digest32: Token] = [:]

        mutating func add(_ token: Token, _ digest: Digest32) {
            if young.count >= generationMax {
                old = young
                young = [:]
            }
            young[digest] = token
        }
    }

    private let generations = Mutex(Generations())

    package init() {}

    /// What was remembered of the text with this hash, or nil.
    package func token(_ digest: Digest32) -> Token? {
        generations.withLock { generations in
            if let token = generations.young[digest] { return token }
            guard let token = generations.old[digest] else { return nil }
            generations.add(token, digest)
            return token
        }
    }

    /// Remembers a token under the hash of its whole text.
    package func remember(_ token: Token, _ digest: Digest32) {
        generations.withLock { $0.add(token, digest) }
    }
}
