internal import Glibc
internal import TenureModel

/// The one place where the system's clocks are read.
enum SystemClock {
    /// Wall time.
    static func now() -> Timestamp { Timestamp(clampingMilliseconds: milliseconds(CLOCK_REALTIME)) }

    /// Wall time, and never before the last entry of the log: what was seen to have begun has begun, and what has ended
    /// stays ended, though the clock went back.
    static func now(notBefore last: Timestamp) -> Timestamp { max(now(), last) }

    /// Milliseconds since the machine started, sleep included; no administrator moves it.
    static func uptimeMilliseconds() -> Int64 { milliseconds(CLOCK_BOOTTIME) }

    /// Microseconds of a clock that never goes back; for durations alone.
    static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    private static func milliseconds(_ clock: Int32) -> Int64 {
        var time = timespec()
        guard unsafe clock_gettime(clockid_t(clock), &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
