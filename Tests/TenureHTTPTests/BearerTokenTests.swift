internal import Testing

@testable internal import TenureHTTP

@Suite("Authorization headers")
struct BearerTokenTests {
    @Test(
        "the scheme is read in any case (RFC 9110, section 11.1)",
        arguments: ["Bearer abc", "bearer abc", "BEARER abc"])
    func accepted(_ header: String) { #expect(BearerToken.text(of: header, max: 8) == "abc") }

    @Test(
        "everything else is no token",
        arguments: [
            "", "Bearer", "Bearer ", "Basic abc", "Bearer  abc", "Bearer abc ", "Bearer a b", "Bearer a,b",
            "Bearer abcdefghi",
            "Bearerabc", "Bearer\tabc", "Bearer ab\u{e9}", "@earer abc",
        ])
    func refused(_ header: String) { #expect(BearerToken.text(of: header, max: 8) == nil) }
}
