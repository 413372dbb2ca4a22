internal import NIOCore
internal import Synchronization
internal import TenureModel

/// The text of `Date` in answers (RFC 9110, section 5.6.7), written anew a few times a second and not for each answer.
final class AnswerDate: Sendable {
    private struct Written {
        var text = ""
        var due = NIODeadline.uptimeNanoseconds(0)
    }

    private static let age: TimeAmount = .milliseconds(200)
    private let clock: @Sendable () -> Timestamp
    private let written = Mutex(Written())

    /// - Parameter clock: the wall clock.
    init(clock: @escaping @Sendable () -> Timestamp) { self.clock = clock }

    /// - Parameter now: of an event loop.
    func text(at now: NIODeadline) -> String {
        written.withLock { written in
            if now >= written.due {
                written.text = Self.text(of: clock())
                written.due = now + Self.age
            }
            return written.text
        }
    }

    static func text(of time: Timestamp) -> String {
        let civil = CivilTime(time)
        // 1 January 1970 was a Thursday.
        let weekday = weekdays[Int(time.seconds / 86_400 % 7)]
        let clock = [civil.hour, civil.minute, civil.second].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(civil.day)) \(months[Int(civil.month - 1)]) \(civil.year) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
