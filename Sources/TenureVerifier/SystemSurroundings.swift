internal import Foundation
internal import TenureModel

extension VerifierSurroundings {
    /// The machine's own.
    static let system = {
        let start = ContinuousClock.now
        return VerifierSurroundings(
            now: { Timestamp(clampingMilliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
            elapsed: {
                let (seconds, attoseconds) = (ContinuousClock.now - start).components
                return seconds * 1000 + attoseconds / 1_000_000_000_000_000
            },
            pause: { milliseconds in
                do { try await Task.sleep(for: .milliseconds(milliseconds)) } catch { return }
            },
            chance: { Double.random(in: 0...1) })
    }()
}
