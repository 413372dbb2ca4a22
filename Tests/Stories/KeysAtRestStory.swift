internal import Foundation
internal import Testing

@Suite("Story: the key-encryption key and the data key are rotated while the broker serves")
struct KeysAtRestStory {
    private static func digits(_ byte: String) -> String { String(repeating: byte, count: 32) }

    private static func verify(_ broker: InstalledBroker) async throws {
        _ = try await broker.tenure("audit", "verify", "--data", broker.path("data"), "--state").checked("audit verify")
    }

    @Test("whenever it is killed on the way, the installation opens with the old key or with the new one")
    func steps() async throws {
        let broker = try InstalledBroker()
        try broker.write("new", Self.digits("a7"))
        _ = try await broker.tenured("init").checked("init")
        let (old, new) = ("kek_file: \(broker.path("kek"))", "kek_file: \(broker.path("new"))")
        #expect(try await broker.serve() == nil)
        try await broker.login()
        let refused = try await broker.tenure("rotate", "key-encryption-key", "--yes")
        #expect(refused.status == 6 && refused.errors.contains("add it as `keys.next`"), "\(refused.errors)")

        // Step one: the next key is named, while it serves.
        broker.keys = "{\(old), next: {\(new)}}"
        try broker.configure()
        broker.end(9)
        #expect(try await broker.serve() == nil)
        let preview = try await broker.tenure("rotate", "key-encryption-key", "--dry-run")
        #expect(preview.status == 0, "\(preview.errors)")
        // Step two: the data key comes under it.
        let rotated = try await broker.tenure("rotate", "key-encryption-key", "--yes").checked("rotate")
        #expect(rotated.contains("make the key of `keys.next` that of `keys`"))
        broker.end(9)
        try await Self.verify(broker)
        #expect(try await broker.serve() == nil)
        broker.end(9)
        let half = try await broker.tenured("doctor")
        #expect(half.status == 1 && half.output.contains("FAULT data key: it rests under the key of `keys.next`"))
        // The old key alone opens nothing any more, and says so.
        broker.keys = "{\(old)}"
        let said = try await broker.serve()
        #expect(said?.contains("the key-encryption key is not the one of") == true, "\(said ?? "it started")")
        // Step three: the new key is the key.
        broker.keys = "{\(new)}"
        #expect(try await broker.serve() == nil)
        let data = try await broker.tenure("rotate", "data-key", "--yes").checked("rotate")
        #expect(data.contains("draining"))
        broker.end(9)
        #expect(try await broker.serve() == nil)
        let again = try await broker.tenure("rotate", "data-key", "--yes")
        #expect(again.status == 6 && again.errors.contains("is retired at"), "\(again.errors)")
        broker.end()
        try await Self.verify(broker)
        let whole = try await broker.tenured("doctor")
        #expect(whole.output.contains("ok    keys at rest:"), "\(whole.output)")
        #expect(!whole.output.contains("FAULT"), "\(whole.output)")
    }

    @Test("T45 a key from the environment is not shown there, and one that a program prints is not logged")
    func sources() async throws {
        let broker = try InstalledBroker()
        let (first, second) = (Self.digits("b1"), Self.digits("c2"))
        broker.environment = ["STORY_KEK": first]
        broker.keys = "{kek_environment: STORY_KEK}"
        _ = try await broker.tenured("init").checked("init")
        #expect(try await broker.serve() == nil)
        let shown = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(broker.processID)/environ"))
        #expect(shown.range(of: Data("STORY_KEK=".utf8)) != nil && shown.range(of: Data(first.utf8)) == nil)
        try await broker.login()

        try broker.write("wrapped", String(repeating: "x2", count: 32))
        let program = broker.path("unwrap")
        try broker.write(
            "unwrap", "#!/bin/sh\n[ \"$1\" = story ] && [ -z \"$STORY_KEK\" ] || exit 4\necho said >&2\nexec tr x c\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
        let command = "kek_command: [\(program), story], kek_command_input: \(broker.path("wrapped"))"
        broker.keys = "{kek_environment: STORY_KEK, next: {\(command)}}"
        try broker.configure()
        _ = try await broker.tenure("rotate", "key-encryption-key", "--yes").checked("rotate")
        broker.end()
        broker.environment = [:]
        broker.keys = "{\(command)}"
        #expect(try await broker.serve() == nil)
        broker.end()
        for secret in [first, second, "said"] { #expect(!broker.log.contains(secret)) }
        let doctor = try await broker.tenured("doctor")
        #expect(doctor.output.contains("ok    key-encryption key: printed by \(program)"), "\(doctor.output)")
        broker.keys = "{\(command.replacing("story]", with: "other]"))}"
        let said = try await broker.serve()
        #expect(said?.contains("failed: it ended with 4; run it by hand to see why") == true, "\(said ?? "")")
    }
}
