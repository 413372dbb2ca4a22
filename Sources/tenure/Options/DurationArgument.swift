internal import ArgumentParser
internal import TenureClient

/// A duration as `90s`, `10m`, `24h` or `7d`.
struct DurationArgument: ExpressibleByArgument {
    let seconds: Int64

    init?(argument: String) {
        guard let seconds = DurationText.seconds(argument) else { return nil }
        self.seconds = seconds
    }
}
