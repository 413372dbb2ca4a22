internal import COpenSSLShim

/// Which libcrypto is loaded.
package enum OpenSSLVersion {
    /// The version as the library tells it, such as `OpenSSL 3.0.19 27 Jan 2026`.
    package static var text: String { unsafe String(cString: ossl_version_text()) }
}
