internal import CertificateAuthority
internal import OpenSSLCrypto

/// What one certificate costs without HTTP and storage.
enum CertificateFigures {
    static func measure(_ context: MeasuringContext, limit: OpenSSLSpeed) throws -> [Figure] {
        let workshop = try Workshop()
        let key = try PrivateKey.generate(.p256)
        let pem = Array(try CertificationRequest.makePEM(commonName: "checkout", dnsNames: [], key: key).utf8)
        let message = [UInt8](repeating: 7, count: 32)
        let signature = try key.sign(message)
        let calls = context.count(5000)
        let own = try Stopwatch.perCall(runs: context.runs, calls: calls) {
            _ = try key.sign(message)
            guard key.publicKey.isValid(signature: signature, for: message) else { throw BenchFault("a bad signature") }
        }
        let request = try Stopwatch.perCall(runs: context.runs, calls: calls) {
            _ = try workshop.checker.verify(pem: pem) { _ in false }
        }
        let whole = try Stopwatch.perCall(runs: context.runs, calls: calls) { _ = try workshop.issue(requestPEM: pem) }
        let limit = (limit.total.median, "openssl speed")
        let isMet = whole.median <= 1.4 * limit.0
        return [
            Figure("certificate-core", whole, "µs CPU", limit: limit, goal: ("≤ 1.4 × limit", isMet)),
            Figure(
                "certificate-request", request, "µs CPU",
                note: "part of it: request parsed, key judged, possession verified"),
            Figure(
                "p256-through-shim", own, "µs CPU", limit: limit, note: "one sign + one verify through OpenSSLCrypto"),
        ]
    }
}
