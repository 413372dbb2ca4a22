internal import Federation
internal import TenureModel

/// Why nobody was authenticated: for the operator alone. The caller gets one answer whatever it was.
struct LoginRefusal: Error {
    /// A word for metrics and for folding equal refusals.
    let reason: String
    /// Expected against actual, of the trusts that came closest.
    let explanations: [Explanation]
    /// The issuer's keys are not to be had now: the same token may be presented again.
    var isTemporary = false

    struct Explanation {
        let trust: TrustID?
        let bounds: [(name: String, expected: String, actual: String, holds: Bool)]
    }

    init(_ reason: String, explanations: [Explanation] = [], isTemporary: Bool = false) {
        self.reason = reason
        self.explanations = explanations
        self.isTemporary = isTemporary
    }

    init(_ reason: String, expected: String, actual: String) {
        self.init(
            reason,
            explanations: [
                Explanation(trust: nil, bounds: [(name: reason, expected: expected, actual: actual, holds: false)])
            ])
    }
}
