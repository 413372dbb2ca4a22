internal import AuditLog
internal import Glibc
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureAPI

/// The key-encryption key: 64 lower-case hexadecimal digits in a file or a systemd credential.
enum KeyEncryptionKey {
    /// Reads the key, wherever it lies.
    ///
    /// - Throws: `notFound` where the file is not there: without it nothing in the data folder can be read.
    static func load(_ source: ServerConfiguration.KeySource) throws(StartFailure) -> SecretBytes {
        let path = try path(of: source)
        guard ProtectedFile.exists(path) else {
            throw StartFailure(
                .notFound,
                "the key-encryption key \(path) is not there: put it back from where it is kept; without it no key in"
                    + " the data folder can be opened")
        }
        var text = try ProtectedFile.read(path)
        defer { unsafe explicit_bzero(&text, text.count) }
        let digits = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
        guard digits.count == 64, var key = Hex.decode(digits) else {
            throw StartFailure(.usage, "\(path) must hold 64 lower-case hexadecimal digits and nothing else")
        }
        return SecretBytes(wiping: &key)
    }

    /// Makes the key's file where it is missing.
    static func make(at path: String) throws(StartFailure) {
        do {
            var bytes = try SecureRandom.bytes(32)
            defer { unsafe explicit_bzero(&bytes, bytes.count) }
            try ProtectedFile.create(path, Array((Hex.text(bytes) + "\n").utf8))
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure(.fault, "no key could be made: \(error)")
        }
    }

    private static func path(of source: ServerConfiguration.KeySource) throws(StartFailure) -> String {
        switch source {
        case .file(let path): return path
        case .credential(let name):
            guard let folder = unsafe getenv("CREDENTIALS_DIRECTORY") else {
                throw StartFailure(
                    .usage, "keys.kek_credential: CREDENTIALS_DIRECTORY is not set; start tenured by its systemd unit")
            }
            return unsafe String(cString: folder) + "/" + name
        }
    }
}
