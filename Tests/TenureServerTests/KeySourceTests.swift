internal import Foundation
internal import Glibc
internal import SecretMemory
internal import Storage
internal import TenureAPI
internal import Testing

@testable internal import TenureServer

@Suite("Where the key-encryption key comes from")
struct KeySourceTests {
    private static let digits = String(repeating: "5a", count: 32)

    private static func script(_ text: String, in folder: TemporaryFolder) throws -> KeyCommand {
        // Read by the shell, not started: a file that was just written may still be open in another test's child.
        let path = try folder.write("key-\(UUID().uuidString)", text + "\n")
        return KeyCommand(program: "/bin/sh", arguments: [path], input: nil, seconds: 30)
    }

    private static func isKey(_ key: SecretBytes) -> Bool {
        var bytes = [UInt8](repeating: 0x5A, count: 32)
        return key.equals(SecretBytes(wiping: &bytes))
    }

    /// What is said of a configuration.
    private static func said(of text: String) -> String {
        do throws(StartFailure) {
            _ = try ServerConfiguration(file: "tenured.yaml", text: text)
            return "accepted"
        } catch {
            return error.message
        }
    }

    @Test("a program prints it")
    func printed() throws {
        let folder = try TemporaryFolder()
        var command = try Self.script("[ \"$1\" = unwrap ] && echo \(Self.digits)", in: folder)
        command.arguments.append("unwrap")
        #expect(Self.isKey(try KeyEncryptionKey.load(.command(command))))
    }

    @Test("a program makes it of what a file holds, given on standard input")
    func unwrapped() throws {
        let folder = try TemporaryFolder()
        var command = try Self.script("tr xy 5a", in: folder)
        command.input = try folder.write("wrapped", String(repeating: "xy", count: 32) + "\n")
        #expect(Self.isKey(try KeyEncryptionKey.load(.command(command))))
        command.input = try folder.write("readable", "x", mode: 0o644)
        let said = #expect(throws: StartFailure.self) { try KeyEncryptionKey.load(.command(command)) }
        #expect(said?.message.contains("chmod 600") == true)
    }

    /// What the program does, and what is said.
    private static let faults: [(script: String, seconds: Int64, said: String)] = [
        ("echo canary-5a; echo canary-5a >&2; exit 3", 30, "failed: it ended with 3"),
        ("echo canary-5a; kill -9 $$", 30, "signal 9 ended it"),
        ("echo canary-5a", 30, "must hold 64 lower-case hexadecimal digits"),
        ("exec yes canary-5a", 30, "printed more than a key"),
        ("sleep 600 & wait", 0, "did not answer within 0 s"),
        ("exec >&-; exec sleep 600", 1, "did not end within 1 s"),
        ("true", 30, "must hold 64 lower-case hexadecimal digits"),
    ]

    @Test("a program that fails, hangs or prints something else is told without what it printed", arguments: 0..<7)
    func faulty(_ place: Int) throws {
        let folder = try TemporaryFolder()
        let fault = Self.faults[place]
        var command = try Self.script(fault.script, in: folder)
        command.seconds = fault.seconds
        let said = #expect(throws: StartFailure.self) { try KeyEncryptionKey.load(.command(command)) }
        #expect(said?.message.contains(fault.said) == true, "\(said?.message ?? "")")
        #expect(said?.message.contains("canary") == false)
    }

    @Test("a program that does not read its input ends nothing but itself")
    func unread() throws {
        let folder = try TemporaryFolder()
        var command = try Self.script("exec <&-; echo \(Self.digits)", in: folder)
        command.input = try folder.write("wrapped", String(repeating: "x", count: 65_536))
        #expect(Self.isKey(try KeyEncryptionKey.load(.command(command))))
        command.input = try folder.write("larger", String(repeating: "x", count: 65_537))
        let said = #expect(throws: StartFailure.self) { try KeyEncryptionKey.load(.command(command)) }
        #expect(said?.message.contains("larger than 65536") == true)
    }

    @Test("T43 a program that somebody else may change is not started")
    func exchangeable() throws {
        let folder = try TemporaryFolder()
        func command(_ name: String, mode: Int) throws -> ServerConfiguration.KeySource {
            let path = try folder.write(name, "#!/bin/sh\necho \(Self.digits)\n", mode: mode)
            return .command(KeyCommand(program: path, arguments: [], input: nil, seconds: 30))
        }
        let open = try command("open", mode: 0o722)
        let said = #expect(throws: StartFailure.self) { try KeyEncryptionKey.load(open) }
        #expect(said?.message.contains("may be changed by others") == true)
        let inert = try command("inert", mode: 0o600)
        #expect(throws: StartFailure.self) { try KeyEncryptionKey.load(inert) }
    }

    /// That it inherits no variable either is seen by `KeysAtRestStory`: the environment of this process is shared with
    /// tests that read it at any moment, which nobody may do while it changes.
    @Test("T45 no program that is started inherits a file")
    func files() throws {
        let folder = try TemporaryFolder()
        let low = unsafe open(folder.path, O_RDONLY)
        defer { close(low) }
        // Above what a shell opens for itself, such as 10 for its script.
        let held = fcntl(low, F_DUPFD, 200)
        defer { close(held) }
        let command = try Self.script("[ ! -e /proc/$$/fd/\(held) ] && echo \(Self.digits)", in: folder)
        #expect(Self.isKey(try KeyEncryptionKey.load(.command(command))))
    }

    @Test(
        "a token is read from the configuration, and what belongs to none is refused",
        arguments: [
            ("{module: /usr/lib/p11.so, token: tenure, pin_file: /etc/pin}", "accepted"),
            ("{module: /usr/lib/p11.so, token: tenure, pin_credential: pin}", "accepted"),
            ("{module: /usr/lib/p11.so, token: tenure, pin_environment: PIN}", "accepted"),
            ("{module: p11.so, token: tenure, pin_file: /etc/pin}", "from the root"),
            ("{token: tenure, pin_file: /etc/pin}", "`ca.pkcs11.module` is required"),
            ("{module: /usr/lib/p11.so, pin_file: /etc/pin}", "`ca.pkcs11.token` is required"),
            ("{module: /usr/lib/p11.so, token: tenure}", "or `pin_credential`, `pin_environment` is required"),
            (
                "{module: /usr/lib/p11.so, token: tenure, pin_file: /etc/pin, pin_environment: PIN}",
                "exclude each other"
            ),
            (
                "{module: /usr/lib/p11.so, token: \"\(String(repeating: "x", count: 33))\", pin_file: /etc/pin}",
                "1 to 32"
            ),
            ("{module: /usr/lib/p11.so, token: tenure, pin: 1234}", "unknown key `pin`"),
        ])
    func token(_ section: String, _ expected: String) throws {
        let text = try Repository.text("config/tenured.example.yaml").replacing(
            "\nca:\n", with: "\nca:\n  pkcs11: \(section)\n")
        let said = Self.said(of: text)
        #expect(said.contains(expected), "\(said)")
    }

    @Test("T43 a token's module that somebody else may change is not loaded")
    func module() throws {
        let folder = try TemporaryFolder()
        let module = try folder.write("p11.so", "not a library", mode: 0o666)
        let pin = try folder.write("pin", "1234\n")
        let text = try Repository.text("config/tenured.example.yaml").replacing(
            "\nca:\n", with: "\nca:\n  pkcs11: {module: \(module), token: tenure, pin_file: \(pin)}\n")
        let configuration = try ServerConfiguration(file: "tenured.yaml", text: text)
        let said = #expect(throws: StartFailure.self) { try IssuingToken.source(configuration) }
        #expect(said?.message.contains("may be changed by others") == true, "\(said?.message ?? "")")
    }

    @Test("a variable that is not set is named")
    func unset() {
        let said = #expect(throws: StartFailure.self) { try KeyEncryptionKey.load(.environment("TENURE_TEST_NONE")) }
        #expect(said?.message.contains("variable TENURE_TEST_NONE, which was not set") == true)
    }

    @Test(
        "each source is read from the configuration, and what belongs to none is refused",
        arguments: [
            ("{kek_environment: TENURE_KEK}", "accepted"),
            ("{kek_command: [/bin/cat], kek_command_input: /etc/kek, kek_command_seconds: 20}", "accepted"),
            ("{kek_file: /etc/kek, next: {kek_command: [/bin/kms, decrypt]}}", "accepted"),
            ("{kek_environment: tenure}", "capital letters, digits and _"),
            ("{kek_command: []}", "must be a list of 1 to 64 words"), ("{kek_command: [cat]}", "from the root"),
            ("{kek_command: [/bin/cat], kek_command_input: etc/kek}", "from the root"),
            ("{kek_command: [/bin/cat], kek_command_seconds: 301}", "must be from 1 to 300"),
            ("{kek_file: /etc/kek, kek_command_seconds: 3}", "belongs to `kek_command`"),
            ("{kek_file: /etc/kek, kek_environment: KEK}", "exclude each other"),
            ("{kek_file: /etc/kek, next: {}}", "is required"),
            ("{kek_file: /etc/kek, next: {next: {kek_file: /etc/a}}}", "unknown key `next`"),
            ("{kek_file: /etc/kek, next: {kek_file: /var/lib/tenure/kek}}", "inside `store.data`"),
            ("{kek_fil: /etc/kek}", "did you mean `kek_file`?"),
        ])
    func configured(_ keys: String, _ expected: String) throws {
        let text =
            try Repository.text("config/tenured.example.yaml").components(separatedBy: "\n")
            .filter { !$0.contains("kek_file: /etc") && $0 != "keys:" }.joined(separator: "\n") + "\nkeys: \(keys)\n"
        let said = Self.said(of: text)
        #expect(said.contains(expected), "\(said)")
    }

    @Test("while one key takes another's place either opens, and one that cannot be had is no reason not to start")
    func either() async throws {
        let installation = try await TestInstallation.founded()
        let path = installation.folder.path
        let text = try installation.folder.text("tenured.yaml")
        let current = "kek_file: \"\(path)/kek\""
        #expect(text.contains(current))
        func opened(_ keys: String) async throws -> String {
            let file = try installation.folder.write("tenured.yaml", text.replacing(current, with: keys))
            let configuration = try ServerConfiguration.read(file)
            return await message {
                let composition = try await Composition.open(
                    configuration, profiles: installation.profiles, lock: FolderLock(folder: path),
                    issuer: installation.issuer, log: installation.quiet)
                try await composition.store.close()
            }
        }
        let other = try installation.folder.write("other", Self.digits)
        #expect(try await opened("next: {kek_file: \(path)/kek}\n  kek_file: \(other)") == "no failure")
        #expect(try await opened("next: {kek_file: \(path)/kek}\n  kek_file: \(path)/gone") == "no failure")
        #expect(try await opened("next: {kek_file: \(path)/gone}\n  kek_file: \(path)/kek") == "no failure")
        #expect(try await opened("next: {kek_file: \(other)}\n  kek_file: \(other)").contains("neither `keys` nor"))
        #expect(try await opened("kek_file: \(path)/gone").contains("put it back"))
    }
}
