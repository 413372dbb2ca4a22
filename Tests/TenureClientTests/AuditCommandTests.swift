internal import AuditLog
internal import Foundation
internal import OpenSSLCrypto
internal import TenureAPI
internal import TenureModel
internal import Testing

@Suite("The log by command line")
struct AuditCommandTests {
    /// A small log with its key, served as the broker serves it.
    private struct Log {
        static let size = 7
        let bodies: [[UInt8]]
        let signer: NoteSigner
        let checkpoint: Checkpoint

        init() throws {
            bodies = try (0..<Self.size).map { place in
                try EntryEncoding.encode(
                    AuditEntry(
                        at: Timestamp(clampingSeconds: 1_795_514_400 + Int64(place)), act: .tokenIssue,
                        actor: AuditActor(id: nil, how: .internal), object: "crd_\(place)", source: nil))
            }
            signer = try NoteSigner(name: "t.example/tenure/0a0b0c0d", key: PrivateKey.generate(.ed25519))
            checkpoint = try signer.checkpoint(
                size: Int64(Self.size), root: MerkleTree.root(of: bodies))
        }

        /// - Parameter changed: the entry that is served with another body.
        func script(changed: Int? = nil) -> LoopbackBroker.Script {
            let (bodies, note, key) = (bodies, checkpoint.note, signer.verifierKey.text)
            return { asked in
                switch asked.path.split(separator: "?").first {
                case "/audit/checkpoint": return .init(body: note)
                case "/audit/key": return .init(body: key + "\n")
                case "/api/v1/audit/entries":
                    // Three at a time, whatever limit was asked for.
                    let since = Int(asked.path.split(separator: "=")[1].prefix { $0.isNumber }) ?? 0
                    let items = bodies.indices.dropFirst(since).prefix(3).map { index in
                        let body = String(decoding: bodies[index], as: UTF8.self)
                        return AuditEntryAnswer(
                            index: Int64(index), leafHash: Base64.text(EntryEncoding.leafHash(of: bodies[index])),
                            body: index == changed ? body.replacing("crd_", with: "crd-") : body)
                    }
                    do {
                        let answer = try JSONEncoder().encode(AuditEntriesAnswer(items: items))
                        return .init(body: String(decoding: answer, as: UTF8.self))
                    } catch {
                        return .init(status: 500, body: "")
                    }
                default: return .init(status: 404, body: "")
                }
            }
        }
    }

    private func run(_ line: String, _ broker: LoopbackBroker) async throws -> CommandLine.Outcome {
        try await CommandLine.run(
            line.split(separator: " ").map(String.init),
            environment: ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"])
    }

    @Test("a whole log verifies page by page, against a checkpoint that was kept too")
    func whole() async throws {
        let log = try Log()
        try await LoopbackBroker.with(log.script()) { broker in
            try await Scratch.with { path in
                let note = try await run("audit checkpoint", broker)
                #expect(note.output == log.checkpoint.note)
                try Scratch.write(note.output, to: path + "/note")
                let verified = try await run("audit verify --checkpoint \(path)/note", broker)
                #expect(verified.status == 0, "\(verified.errors)")
                #expect(
                    verified.output.contains("\"attested_size\" : 7") && verified.output.contains("\"whole\" : true"))
            }
        }
    }

    @Test("T39 a changed entry of the running broker is named", arguments: [0, 3, Log.size - 1])
    func changed(_ index: Int) async throws {
        try await LoopbackBroker.with(try Log().script(changed: index)) { broker in
            let outcome = try await run("audit verify --output text", broker)
            #expect(outcome.status == TenureAPI.ExitStatus.verificationFailed.rawValue)
            #expect(outcome.output.contains("entry \(index): its body was changed"))
        }
    }

    @Test("T39 a checkpoint that somebody kept of a longer log shows what was cut off")
    func truncated() async throws {
        let log = try Log()
        try await LoopbackBroker.with(log.script()) { broker in
            try await Scratch.with { path in
                let later = try log.signer.checkpoint(size: 9, root: [UInt8](repeating: 1, count: 32))
                try Scratch.write(later.note, to: path + "/note")
                let outcome = try await run("audit verify --output text --checkpoint \(path)/note", broker)
                #expect(outcome.status == TenureAPI.ExitStatus.verificationFailed.rawValue)
                #expect(outcome.output.contains("entries 7 to 9: cut off"))
            }
        }
    }

    @Test("an export verifies without a broker, and only unchanged")
    func export() async throws {
        let log = try Log()
        try await Scratch.with { path in
            let exported = try await LoopbackBroker.with(log.script()) { try await run("audit export", $0).output }
            let lines = exported.split(separator: "\n")
            #expect(lines.count == Log.size + 2)
            #expect(
                lines.first?.hasPrefix(#"{"format":"tenure-audit/1","origin":"t.example/tenure/0a0b0c0d","vkey":"#)
                    == true)
            let file = path + "/log.jsonl"
            func verify(_ text: String, _ more: [String] = []) async throws -> CommandLine.Outcome {
                try Scratch.write(text, to: file)
                return try await CommandLine.run(["audit", "verify", "--export", file, "--output", "text"] + more)
            }
            #expect(try await verify(exported).status == 0)
            let flipped = try await verify(exported.replacing("\\\"crd_4", with: "\\\"crd_5"))
            #expect(flipped.status == TenureAPI.ExitStatus.verificationFailed.rawValue)
            let dropped = lines.enumerated().filter { $0.offset != 4 }.map { $0.element + "\n" }.joined()
            let missing = try await verify(dropped)
            #expect(missing.status == 8 && missing.output.contains("entries 3 to 4: missing"))
            let cut = try await verify(lines.dropLast().map { $0 + "\n" }.joined())
            #expect(cut.status == 8 && cut.output.contains("no checkpoint ends it"))
            let another = try NoteSigner(name: "t.example/tenure/0a0b0c0d", key: PrivateKey.generate(.ed25519))
            try Scratch.write(another.verifierKey.text + "\n", to: path + "/vkey")
            #expect(try await verify(exported, ["--vkey", path + "/vkey"]).status == 8)
            try Scratch.write(log.signer.verifierKey.text + "\n", to: path + "/vkey")
            #expect(try await verify(exported, ["--vkey", path + "/vkey"]).status == 0)
        }
    }

    @Test("tables are compared where they are reached, and a folder without a database is said so")
    func data() async throws {
        try await Scratch.with { path in
            for arguments in [["--state"], ["--data", path], ["--data", path, "--export", path]] {
                let outcome = try await CommandLine.run(["audit", "verify"] + arguments)
                #expect(outcome.status == TenureAPI.ExitStatus.usage.rawValue)
            }
        }
    }
}
