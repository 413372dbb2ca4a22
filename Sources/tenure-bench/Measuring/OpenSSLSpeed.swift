internal import Foundation

/// What `openssl speed` says of P-256 on this machine: the limit of an issuance, which must verify once and sign once.
struct OpenSSLSpeed {
    /// Microseconds of processor time.
    let sign: Spread
    let verify: Spread
    let total: Spread

    static func measure(runs: Int) throws -> OpenSSLSpeed {
        var signs: [Double] = []
        var verifies: [Double] = []
        for _ in 0..<runs {
            let text = try Tool.run("openssl", ["speed", "-seconds", "1", "ecdsap256"])
            // "256 bits ecdsa (nistp256)   0.0000s   0.0001s  46912.8  14803.1", the last two a second.
            let line = text.split(separator: "\n").last { $0.contains("nistp256") && $0.contains("ecdsa") }
            let rates = line?.split(separator: " ").suffix(2).compactMap { Double($0) } ?? []
            guard rates.count == 2, rates.allSatisfy({ $0 > 0 }) else {
                throw BenchFault("openssl speed said: \(text)")
            }
            signs.append(1e6 / rates[0])
            verifies.append(1e6 / rates[1])
        }
        return OpenSSLSpeed(
            sign: Spread(signs), verify: Spread(verifies), total: Spread(zip(signs, verifies).map { $0 + $1 }))
    }
}
