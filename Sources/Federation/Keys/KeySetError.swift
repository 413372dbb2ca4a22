/// Why bytes are no key set that we use (THREATS, T16). Key ids in it are fit to be shown.
package enum KeySetError: Error, Hashable, Sendable {
    /// More than `KeySetText.bytesMax`.
    case tooLarge
    /// Not acceptable JSON; the text is safe to show.
    case json(String)
    /// No object with an array `keys` of objects (RFC 7517, section 5).
    case notAKeySet
    /// More than `KeySetText.keyCountMax`.
    case tooManyKeys
    /// Two keys have this id, so it picks neither.
    case equalKeyIDs(String)
    case weakKey(String, WeakKey)
    /// Not one key is left; why each was skipped.
    case noUsableKey([SkippedKey])
}

extension KeySetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge: "the key set is larger than \(KeySetText.bytesMax) bytes"
        case .json(let text): "the key set is not acceptable JSON: \(text)"
        case .notAKeySet: "there is no array `keys` of objects"
        case .tooManyKeys: "the key set has more than \(KeySetText.keyCountMax) keys"
        case .equalKeyIDs(let keyID): "two keys have the id `\(keyID)`"
        case .weakKey(let keyID, let weakness): "key `\(keyID)`: \(weakness.rawValue)"
        case .noUsableKey(let skipped):
            "no key can verify a token: "
                + skipped.prefix(5).map { "key \($0.index) is skipped, \($0.reason.rawValue)" }.joined(separator: "; ")
        }
    }
}

/// A weakness for which the whole set is refused: an issuer that publishes such a key is not to be believed at all.
package enum WeakKey: String, Hashable, Sendable {
    case modulusLength = "the RSA modulus is not 2048 to 4096 bits"
    case exponent = "the RSA exponent is not 65537"
    case evenModulus = "the RSA modulus is even"
    case roca = "the RSA key was made by a generator with the ROCA weakness (CVE-2017-15361)"
}

/// A key that is not for us, while the rest of the set holds (RFC 7517, section 5).
package struct SkippedKey: Hashable, Sendable {
    /// Why it is not for us, as a sentence to follow "key N is skipped,".
    package enum Reason: String, Hashable, Sendable {
        case keyType = "its type or curve is none that we verify with"
        case use = "it is not for signatures"
        case algorithm = "its algorithm is none that we verify with, or does not fit its type"
        case noKeyID = "it has no `kid`"
        case privateKey = "it holds a private or symmetric key: the issuer has published a secret"
        case malformed = "a member is missing or malformed"
    }

    /// The place in the set, from 0.
    package let index: Int
    /// The key's id fit to be shown, empty where it has none.
    package let keyID: String
    package let reason: Reason
}

/// Why the keys of an issuer could not be had. For the operator; the texts are constants or fit to be shown.
package enum KeySourceError: Error, Hashable, Sendable {
    case refused(KeyAddressRefusal)
    /// No connection, no TLS, no answer in time; which of them.
    case unreachable(String)
    /// An answer that is not 200, redirects included, which are never followed.
    case status(Int)
    case tooLarge
    case discovery(DiscoveryFault)
    case keySet(KeySetError)
}

/// Why no key verified a token.
package enum KeyLookupError: Error, Hashable, Sendable {
    /// The issuer's keys are there, and this `kid` is none of them.
    case unknownKey
    /// There are no keys, or they are older than a day; why the last attempt failed. The same token may be presented
    /// again later.
    case unavailable(KeySourceError?)
    /// More issuers at once than the cache holds.
    case tooManySources
}

extension KeySourceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let refusal): refusal.description
        case .unreachable(let reason): "the issuer cannot be reached: \(BoundedText.shown(reason))"
        case .status(let status): "the issuer answered \(status); redirects are not followed"
        case .tooLarge: "the issuer's answer is too large"
        case .discovery(let fault): fault.description
        case .keySet(let error): error.description
        }
    }
}

extension KeyLookupError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownKey: "the token's `kid` is none of the issuer's keys"
        case .unavailable(let cause):
            "the issuer's keys cannot be had: " + (cause?.description ?? "they are older than a day")
        case .tooManySources: "keys of too many issuers are being fetched"
        }
    }
}
