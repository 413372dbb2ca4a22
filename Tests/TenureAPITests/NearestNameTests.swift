internal import TenureAPI
internal import Testing

@Suite("The name that was meant")
struct NearestNameTests {
    private static let known = ["audience", "audiences", "owner", "backup_owner", "ttl_seconds"]

    @Test(
        "one of the known names is found within a few typing errors",
        arguments: [
            ("audiance", "audience"), ("audinece", "audience"), ("audience s", "audiences"), ("onwer", "owner"),
            ("ttl", nil), ("backup-owner", "backup_owner"), ("", nil), ("purpose", nil), ("x", nil),
        ] as [(String, String?)])
    func nearest(_ written: String, _ expected: String?) {
        #expect(NearestName.of(written, among: Self.known) == expected)
    }

    @Test("T1 a name of any length is answered at once")
    func long() {
        #expect(NearestName.of(String(repeating: "a", count: 1_000_000), among: Self.known) == nil)
    }
}
