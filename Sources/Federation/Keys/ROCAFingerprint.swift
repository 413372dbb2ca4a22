/// Tells RSA moduli made by Infineon's weak generator (CVE-2017-15361): its primes are `k * M + (65537^a mod M)`, so
/// the modulus is a power of 65537 modulo every small prime that divides M. A sound key passes by chance once in 2^27
/// or so.
enum ROCAFingerprint {
    private static let primes: [UInt32] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    /// For each prime, the powers of 65537 modulo it.
    private static let powers: [Set<UInt32>] = primes.map { prime in
        var powers: Set<UInt32> = []
        var power: UInt32 = 1
        while powers.insert(power).inserted { power = power * (65537 % prime) % prime }
        return powers
    }

    /// - Parameter modulus: big-endian.
    static func matches(_ modulus: [UInt8]) -> Bool {
        zip(primes, powers).allSatisfy { prime, powers in
            powers.contains(modulus.reduce(UInt32(0)) { ($0 << 8 | UInt32($1)) % prime })
        }
    }
}
