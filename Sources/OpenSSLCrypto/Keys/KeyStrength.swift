internal import COpenSSLShim

/// Looks for keys that can be broken though they are well formed. For keys of strangers, before anything is signed
/// over them.
///
/// Keys of Debian's predictable generator (CVE-2008-0166) look like any other: they are known by a list, which whoever
/// asks brings along.
package enum KeyStrength {
    /// How many steps Fermat's method is given.
    private static let fermatRounds: Int32 = 100

    /// Returns what makes the key weak, nil if nothing is known. At most some milliseconds, for RSA; sizes were
    /// bounded when the key was read.
    ///
    /// - Parameter listed: keys that are known to others.
    package static func weakness(of key: PublicKey, listedIn listed: WeakKeyList = .none) -> KeyWeakness? {
        if let raw = key.ed25519Raw { return hasSmallOrder(raw) ? .smallOrderPoint : nil }
        guard let modulus = key.rsaModulus else { return nil }
        // defence: T21
        if hasSmallFactor(modulus) { return .smallFactor }
        // defence: T21
        if listed.contains(key) { return .listed }
        // defence: T21
        if hasROCAFingerprint(modulus) { return .roca }
        // defence: T21
        if hasClosePrimes(modulus) { return .closePrimes }
        return nil
    }

    /// Whether a prime below 752 divides the modulus (the bound of NIST SP 800-89, section 5.3.3).
    private static func hasSmallFactor(_ modulus: [UInt8]) -> Bool {
        primes.contains { remainder(of: modulus, by: $0) == 0 }
    }

    /// Whether the modulus lies in the group that 65,537 generates modulo each of the primes from 3 to 167. The
    /// primes of CVE-2017-15361 have the form k·M + (65,537^a mod M), M a product of small primes, and so have their
    /// products; a modulus of other primes passes all of these by chance less than once in 2^27 (Nemec and others,
    /// "The Return of Coppersmith's Attack", section 3).
    private static func hasROCAFingerprint(_ modulus: [UInt8]) -> Bool {
        fingerprints.allSatisfy { $0.powers[Int(remainder(of: modulus, by: $0.prime))] }
    }

    private static func hasClosePrimes(_ modulus: [UInt8]) -> Bool {
        var fault = ossl_fault()
        var close: Int32 = 0
        let status = unsafe ossl_modulus_factor(modulus, modulus.count, fermatRounds, &close, &fault)
        precondition(status == 0, "libcrypto ran out of memory")
        return close == 1
    }

    private static func remainder(of modulus: [UInt8], by divisor: UInt64) -> UInt64 {
        modulus.reduce(0) { ($0 << 8 | UInt64($1)) % divisor }
    }

    private static let primes: [UInt64] = (2..<752).filter { candidate in
        !(2..<candidate).contains { candidate.isMultiple(of: $0) }
    }

    /// For each prime, which remainders are powers of 65,537.
    private static let fingerprints: [(prime: UInt64, powers: [Bool])] =
        primes.filter { (3...167).contains($0) }.map { prime in
            var powers = [Bool](repeating: false, count: Int(prime))
            var power: UInt64 = 1
            repeat {
                powers[Int(power)] = true
                power = power * 65_537 % prime
            } while power != 1
            return (prime, powers)
        }

    /// Whether an Ed25519 key is one of the points of order 1, 2, 4 or 8, in any encoding; the sign does not matter.
    private static func hasSmallOrder(_ raw: [UInt8]) -> Bool {
        var unsigned = raw
        unsigned[31] &= 0x7F
        return smallOrderPoints.contains(unsigned)
    }

    private static let smallOrderPoints: Set<[UInt8]> = {
        let zeros = [UInt8](repeating: 0x00, count: 31)
        let ones = [UInt8](repeating: 0xFF, count: 30)
        return [
            [0x00] + zeros,
            [0x01] + zeros,
            [0xEC] + ones + [0x7F],
            [0xED] + ones + [0x7F],
            [0xEE] + ones + [0x7F],
            [
                0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
                0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
            ],
            [
                0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
                0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
            ],
        ]
    }()
}
