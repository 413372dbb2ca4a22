internal import Foundation
internal import Testing

@testable internal import TenureClient

@Suite("Key and certificate on disk")
struct CertificateFolderTests {
    private static let old: CertificateFolder.Files = [
        "key.pem": Array("old key".utf8), "cert.pem": Array("old cert".utf8),
    ]
    private static let new: CertificateFolder.Files = [
        "key.pem": Array("new key".utf8), "cert.pem": Array("new cert".utf8),
    ]

    /// What a reader finds: both files, or nil where one is missing.
    private func pair(in folder: String) -> [String]? {
        do {
            return try ["key.pem", "cert.pem"].map { try Scratch.read(folder + "/" + $0) }
        } catch {
            return nil
        }
    }

    private static let steps = ["staged", "linked", "used"]

    @Test("T44 killed after any step of a renewal, a reader finds the old pair or the new pair", arguments: steps)
    func killedAtRenewal(after last: String) async throws {
        try await Scratch.with { path in
            let folder = CertificateFolder(path: path)
            try await folder.replace(with: Self.old, nonce: "a")
            let version = try folder.stage(Self.new, nonce: "b")
            if last != "staged" { try await folder.link(["key.pem", "cert.pem"], nonce: "b") }
            if last == "used" { try await folder.use(version, nonce: "b") }
            #expect(pair(in: path) == (last == "used" ? ["new key", "new cert"] : ["old key", "old cert"]))
            // Whatever was left behind is no obstacle for the next one.
            try await folder.replace(with: Self.new, nonce: "c")
            #expect(pair(in: path) == ["new key", "new cert"])
        }
    }

    @Test("T44 killed after any step of the first issuance, there is no pair or a whole one", arguments: steps)
    func killedAtFirst(after last: String) async throws {
        try await Scratch.with { path in
            let folder = CertificateFolder(path: path)
            let version = try folder.stage(Self.new, nonce: "b")
            if last != "staged" { try await folder.link(["key.pem", "cert.pem"], nonce: "b") }
            if last == "used" { try await folder.use(version, nonce: "b") }
            #expect(pair(in: path) == (last == "used" ? ["new key", "new cert"] : nil))
            #expect(FileManager.default.fileExists(atPath: path + "/key.pem") == (last == "used"))
        }
    }

    @Test("T44 plain files of another program become a version first, and change as one afterwards")
    func adopted() async throws {
        try await Scratch.with { path in
            try Scratch.write("old key", to: path + "/key.pem")
            try Scratch.write("old cert", to: path + "/cert.pem")
            let folder = CertificateFolder(path: path)
            try await folder.replace(with: Self.new, nonce: "c")
            #expect(pair(in: path) == ["new key", "new cert"])
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: path + "/key.pem")
            #expect(link == "..current/key.pem")
            // Until the one link changed, this is what everybody read.
            let before = try Scratch.names(path).first { $0.hasPrefix("..version-") && $0.hasSuffix("before") }
            #expect(pair(in: path + "/" + (before ?? "")) == ["old key", "old cert"])
        }
    }

    @Test("the key is for its owner alone, and so is the folder that is made for it")
    func modes() async throws {
        try await Scratch.with { path in
            let out = path + "/made/here"
            try await CertificateFolder(path: out + "/").replace(with: Self.new, nonce: "c")
            #expect(try Scratch.mode(out + "/key.pem") == 0o600)
            #expect(try Scratch.mode(out) == 0o700)
        }
    }

    @Test("of many renewals two versions stay, and nothing else is left over")
    func pruned() async throws {
        try await Scratch.with { path in
            let folder = CertificateFolder(path: path)
            for nonce in ["a", "b", "c", "d"] { try await folder.replace(with: Self.new, nonce: nonce) }
            let names = try Scratch.names(path)
            #expect(names.filter { $0.hasPrefix("..version-") }.count == 2)
            #expect(names.filter { !$0.hasPrefix("..version-") } == ["..current", "cert.pem", "key.pem"])
        }
    }
}

@Suite("Files written whole")
struct WholeFileTests {
    @Test("a file is replaced whole, with mode 0600, and nothing stays beside it")
    func replaced() async throws {
        try await Scratch.with { path in
            let file = path + "/token"
            try Scratch.write("old", to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            try await WholeFile.write(Array("new".utf8), to: file, nonce: "n")
            #expect(try Scratch.read(file) == "new")
            #expect(try Scratch.mode(file) == 0o600)
            #expect(try Scratch.names(path) == ["token"])
        }
    }

    @Test("where it cannot be replaced, what stood there stays and nothing is left over")
    func untouched() async throws {
        try await Scratch.with { path in
            try FileManager.default.createDirectory(atPath: path + "/token/full", withIntermediateDirectories: true)
            await #expect(throws: FileError.self) { try await WholeFile.write([1], to: path + "/token", nonce: "n") }
            #expect(try Scratch.names(path) == ["token"])
            await #expect(throws: FileError.self) { try await WholeFile.write([1], to: path + "/no/token", nonce: "n") }
        }
    }

    @Test("a file that is there is never opened for writing, be it a link to elsewhere")
    func exclusive() async throws {
        try await Scratch.with { path in
            try Scratch.write("kept", to: path + "/victim")
            try FileManager.default.createSymbolicLink(
                atPath: path + "/link", withDestinationPath: path + "/victim")
            #expect(throws: FileError.self) { try WholeFile.create(path + "/link", content: [1]) }
            #expect(try Scratch.read(path + "/victim") == "kept")
            try await WholeFile.write(Array("new".utf8), to: path + "/link", nonce: "n")
            #expect(try Scratch.read(path + "/victim") == "kept")
        }
    }
}
