internal import TenureAPI
internal import Testing

@testable internal import TenureClient

@Suite("The largest checkpoint seen")
struct CheckpointMemoryTests {
    private func checkpoint(_ size: Int64, _ root: String, origin: String = "t/tenure/0a") -> CheckpointAnswer {
        CheckpointAnswer(size: size, root: root, note: "\(origin)\n\(size)\n\(root)\n\n— t sig\n")
    }

    private let remembered = CheckpointMemory.Remembered(origin: "t/tenure/0a", size: 10, root: "A")

    @Test("a larger tree, the same tree and another log are accepted")
    func accepted() throws {
        try CheckpointMemory.check(checkpoint(12, "B"), index: 11, against: remembered)
        try CheckpointMemory.check(checkpoint(10, "A"), index: 10, against: remembered)
        try CheckpointMemory.check(checkpoint(3, "B", origin: "t/tenure/0b"), index: 2, against: remembered)
        try CheckpointMemory.check(checkpoint(3, "B"), index: 2, against: nil)
    }

    @Test("T39 a smaller tree, another tree of one size and an index taken twice are objected to")
    func objected() {
        for (checkpoint, index) in [
            (checkpoint(9, "B"), nil), (checkpoint(10, "B"), nil), (checkpoint(12, "B"), 9),
        ] as [(CheckpointAnswer, Int64?)] {
            #expect(throws: ClientError.self) {
                try CheckpointMemory.check(checkpoint, index: index, against: remembered)
            }
        }
    }

    @Test("a checkpoint that says something else than its note is objected to")
    func mismatch() {
        var size = checkpoint(12, "B")
        size.size = 13
        var root = checkpoint(12, "B")
        root.root = "C"
        var note = checkpoint(12, "B")
        note.note = "t/tenure/0a"
        for checkpoint in [size, root, note] {
            #expect(throws: ClientError.self) { try CheckpointMemory.check(checkpoint, index: nil, against: nil) }
        }
    }

    @Test("the larger one is kept, and a file of something else is replaced")
    func kept() async throws {
        try await Scratch.with { path in
            let memory = CheckpointMemory(
                .init(path: path + "/token.checkpoint", nonce: { "n" }, proves: { _, _, _ in true }))
            #expect(memory.recall() == nil)
            try Scratch.write("something else", to: memory.file)
            #expect(memory.recall() == nil)
            try await memory.keep(checkpoint(10, "A"))
            try await memory.keep(checkpoint(9, "B"))
            #expect(memory.recall() == remembered)
            try await memory.keep(checkpoint(11, "C"))
            #expect(memory.recall()?.size == 11)
        }
    }
}
