/// A duration as people write it: a whole number and one unit of `s`, `m`, `h` and `d`, as `90s`, `10m`, `24h`, `7d`.
package enum DurationText {
    /// The seconds, or nil of anything else: no sign, no leading zero, no fraction, no second part, no space, nothing
    /// that does not fit.
    package static func seconds(_ text: String) -> Int64? {
        let factor: Int64
        switch text.utf8.last {
        case UInt8(ascii: "s"): factor = 1
        case UInt8(ascii: "m"): factor = 60
        case UInt8(ascii: "h"): factor = 3600
        case UInt8(ascii: "d"): factor = 86_400
        default: return nil
        }
        let digits = String(text.dropLast())
        guard let number = Int64(digits), String(number) == digits, number > 0 else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : seconds
    }
}
