internal import CredentialLifecycle
internal import Glibc
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureAPI

/// The PKCS#11 token of `ca.pkcs11`, where keys of issuing CAs lie (docs/keys.md).
enum IssuingToken {
    /// Logs in where a token is configured.
    ///
    /// - Throws: `StartFailure` that says what is missing: the module, the token, or the right PIN.
    static func source(_ configuration: ServerConfiguration) throws(StartFailure) -> IssuingKeySource {
        guard let place = configuration.authority.token else { return .store }
        return IssuingKeySource(token: try open(place))
    }

    private static func open(_ place: ServerConfiguration.TokenPlace) throws(StartFailure) -> KeyToken {
        guard ProtectedFile.exists(place.module) else {
            throw StartFailure(
                .notFound, "\(place.module), which ca.pkcs11.module names, is not there: install the token's module")
        }
        // It runs in this process, so nobody else may exchange it.
        // defence: T43
        try ProtectedFile.check(FolderPath.resolved(place.module), .published)
        let pin = try pin(place.pin)
        do throws(CryptoError) {
            return try KeyToken(module: place.module, label: place.label, pin: pin)
        } catch {
            throw StartFailure(
                .unavailable,
                "the token `\(place.label)` of \(place.module) cannot be used: \(error.fault.text)")
        }
    }

    private static func pin(_ source: ServerConfiguration.TokenPlace.PIN) throws(StartFailure) -> SecretBytes {
        var text: [UInt8]
        let name: String
        switch source {
        case .file(let path): (text, name) = (try ProtectedFile.read(path), path)
        case .credential(let credential):
            let path = try KeyEncryptionKey.credentialPath(credential, for: "ca.pkcs11.pin_credential")
            (text, name) = (try ProtectedFile.read(path), path)
        case .environment(let variable):
            name = "the variable \(variable)"
            guard let value = SecretVariable.take(variable) else {
                throw StartFailure(
                    .notFound, "the PIN of ca.pkcs11 is to be in \(name), which was not set when tenured was started")
            }
            text = value
        }
        defer { unsafe explicit_bzero(&text, text.count) }
        while text.last == UInt8(ascii: "\n") { text.removeLast() }
        guard (1...255).contains(text.count) else {
            throw StartFailure(.usage, "\(name) must hold the PIN of the token, and nothing else")
        }
        return SecretBytes(wiping: &text)
    }
}
