internal import OpenSSLCrypto
internal import Testing

@Test("the library that is loaded is OpenSSL 3")
func version() {
    #expect(OpenSSLVersion.text.hasPrefix("OpenSSL 3."))
}
