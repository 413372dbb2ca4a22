/// The end of what renewals reach, as people read it.
enum RenewalText {
    /// The end of the calendar, which the API writes where there is none.
    private static let never = "9999-12-31T23:59:59Z"

    static func shown(_ until: String?) -> String? { until == never ? "no end is set" : until }
}
