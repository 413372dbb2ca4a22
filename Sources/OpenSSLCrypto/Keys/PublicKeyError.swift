/// Why bytes are not a public key that is accepted.
package enum PublicKeyError: Error, Hashable, Sendable {
    /// Not one SubjectPublicKeyInfo in DER.
    case malformed(DERError)
    /// Not P-256, P-384, Ed25519 or RSA; or one of them with parameters that do not belong there.
    case unsupportedAlgorithm
    /// An elliptic curve given by its equation, not by its name.
    case explicitCurve
    /// A named curve other than P-256 and P-384.
    case unsupportedCurve
    /// A point that is compressed, or in the hybrid form.
    case compressedPoint
    /// Coordinates of the wrong size, outside the field, or not on the curve.
    case pointOffCurve
    /// A key that can be broken, or costs too much.
    case weak(KeyWeakness)
    /// libcrypto failed; that says nothing about the key.
    case unavailable(CryptoError)
}

/// What makes a key weak.
package enum KeyWeakness: Hashable, Sendable {
    /// An RSA modulus of so many bits, outside 2,048 to 4,096 or not a whole number of octets.
    case modulusSize(bits: Int)
    /// An RSA exponent other than 65,537.
    case exponent
    /// An RSA modulus with a prime factor below 752, such as an even one.
    case smallFactor
    /// An RSA modulus whose primes come from the Infineon library of CVE-2017-15361 (ROCA).
    case roca
    /// An RSA modulus whose primes lie so close together that Fermat's method finds them.
    case closePrimes
    /// An RSA key on the installation's list of weak keys, such as those of CVE-2008-0166 (Debian).
    case listed
    /// An Ed25519 point of small order, for which anyone can make signatures.
    case smallOrderPoint
}

extension KeyWeakness: CustomStringConvertible {
    /// For the one who sent the key.
    package var description: String {
        switch self {
        case .modulusSize(let bits): "an RSA modulus of \(bits) bits: whole octets from 2048 to 4096 are accepted"
        case .exponent: "an RSA exponent other than 65537"
        case .smallFactor: "an RSA modulus with a small prime factor"
        case .roca: "an RSA key of the library of CVE-2017-15361 (ROCA): make it elsewhere"
        case .closePrimes: "an RSA modulus of two primes that lie too close together"
        case .listed:
            "an RSA key that is on this broker's list of weak keys, such as those of CVE-2008-0166 (Debian): others"
                + " have it too; make a new one"
        case .smallOrderPoint: "an Ed25519 key of small order"
        }
    }
}
