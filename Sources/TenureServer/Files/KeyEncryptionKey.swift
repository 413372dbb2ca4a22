internal import AuditLog
internal import CredentialLifecycle
internal import Dispatch
internal import Glibc
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureAPI

/// The key-encryption key: 64 lower-case hexadecimal digits in a file, a systemd credential, a variable, or printed by
/// a program.
enum KeyEncryptionKey {
    /// Reads the key, wherever it lies. May wait for a program for as long as the configuration lets it.
    ///
    /// - Throws: `notFound` where it is not there: without it nothing in the data folder can be read.
    static func load(_ source: ServerConfiguration.KeySource) throws(StartFailure) -> SecretBytes {
        switch source {
        case .file(let path): return try read(path)
        case .credential(let name):
            return try read(try credentialPath(name, for: "keys.kek_credential"))
        case .environment(let name): return try take(name)
        case .command(let command):
            var output = try command.run()
            return try parse(&output, from: "what \(command.program) printed")
        }
    }

    /// Where systemd put a credential.
    ///
    /// - Parameter key: of the configuration, for people.
    static func credentialPath(_ name: String, for key: String) throws(StartFailure) -> String {
        guard let folder = unsafe getenv("CREDENTIALS_DIRECTORY") else {
            throw StartFailure(
                .usage, "\(key): CREDENTIALS_DIRECTORY is not set; start tenured by its systemd unit")
        }
        return unsafe String(cString: folder) + "/" + name
    }

    /// The key that `keys` names and, where there is one, the one of `keys.next`: either may be in use while one takes
    /// the other's place. One that cannot be had is left out where the other can.
    ///
    /// - Throws: why that of `keys` cannot be had, where none can.
    static func loadAll(_ configuration: ServerConfiguration) throws(StartFailure) -> [SecretBytes] {
        guard let next = configuration.nextKey else { return [try load(configuration.key)] }
        // Programs that are started for the other one must not inherit it.
        if case .environment = next { _ = try? load(next) }
        let current: SecretBytes
        do throws(StartFailure) {
            current = try load(configuration.key)
        } catch {
            guard let other = try? load(next) else { throw error }
            return [other]
        }
        guard let other = try? load(next) else { return [current] }
        return [current, other]
    }

    /// The key of `keys.next` as the file says now: it can be named while the server runs.
    static func next(_ configuration: ServerConfiguration) -> NextKeyEncryptionKey {
        let file = configuration.file
        return NextKeyEncryptionKey { () async throws(LifecycleError) in
            let result: Result<SecretBytes?, StartFailure> = await withCheckedContinuation { answer in
                // A program may take its time; no thread of requests waits for it.
                DispatchQueue.global().async {
                    do throws(StartFailure) {
                        let source = try ServerConfiguration.read(file).nextKey
                        var key: SecretBytes?
                        if let source { key = try load(source) }
                        answer.resume(returning: .success(key))
                    } catch {
                        answer.resume(returning: .failure(error))
                    }
                }
            }
            switch result {
            case .success(let key): return key
            case .failure(let failure):
                throw .conflict("the key of `keys.next` cannot be had: \(failure.message)")
            }
        }
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

    private static func read(_ path: String) throws(StartFailure) -> SecretBytes {
        guard ProtectedFile.exists(path) else {
            throw StartFailure(
                .notFound,
                "the key-encryption key \(path) is not there: put it back from where it is kept; without it no key in"
                    + " the data folder can be opened")
        }
        var text = try ProtectedFile.read(path)
        return try parse(&text, from: path)
    }

    private static func take(_ name: String) throws(StartFailure) -> SecretBytes {
        guard var text = SecretVariable.take(name) else {
            throw StartFailure(
                .notFound,
                "the key-encryption key is to be in the variable \(name), which was not set when tenured was started")
        }
        return try parse(&text, from: "the variable \(name)")
    }

    /// Leaves nothing of the text behind.
    private static func parse(_ text: inout [UInt8], from place: String) throws(StartFailure) -> SecretBytes {
        defer { unsafe explicit_bzero(&text, text.count) }
        let digits = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
        guard digits.count == 64, var key = Hex.decode(digits) else {
            throw StartFailure(.usage, "\(place) must hold 64 lower-case hexadecimal digits and nothing else")
        }
        return SecretBytes(wiping: &key)
    }
}
