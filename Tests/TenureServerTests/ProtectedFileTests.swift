internal import Foundation
internal import Glibc
internal import Testing

@testable internal import TenureServer

@Suite("Key and data files")
struct ProtectedFileTests {
    @Test(
        "T43 a key file is refused in every mode that lets others in",
        arguments: [0o644, 0o640, 0o604, 0o620, 0o602, 0o601])
    func modes(_ mode: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("kek", "secret", mode: mode)
        let failure = #expect(throws: StartFailure.self) { try ProtectedFile.read(path) }
        #expect(failure?.message.contains("run `chmod 600 \(path)`") == true)
        #expect(failure?.message.contains("secret") == false)
    }

    @Test("a key file for its owner alone is read", arguments: [0o600, 0o400])
    func accepted(_ mode: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("kek", "secret", mode: mode)
        #expect(try ProtectedFile.text(path) == "secret")
    }

    @Test("T43 a symbolic link in a key's place is refused")
    func link() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("kek", "secret")
        let link = folder.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let failure = #expect(throws: StartFailure.self) { try ProtectedFile.read(link) }
        #expect(failure?.message.contains("symbolic link") == true)
    }

    @Test("T43 a key file with a second name is refused")
    func hardLink() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("kek", "secret")
        try FileManager.default.linkItem(atPath: path, toPath: folder.path + "/other")
        #expect(throws: StartFailure.self) { try ProtectedFile.read(path) }
    }

    @Test("T43 a key file of another user is refused", .enabled(if: geteuid() == 0))
    func foreign() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("kek", "secret")
        try FileManager.default.setAttributes([.ownerAccountID: 12_345], ofItemAtPath: path)
        let failure = #expect(throws: StartFailure.self) { try ProtectedFile.read(path) }
        #expect(failure?.message.contains("belongs to another user") == true)
    }

    @Test("what is no plain file is refused without waiting for a writer")
    func pipe() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(throws: StartFailure.self) { try ProtectedFile.read(path) }
        #expect(throws: StartFailure.self) { try ProtectedFile.read(folder.path) }
    }

    @Test("a profile that others may write is refused; one that they may read is not")
    func published() throws {
        let folder = try TemporaryFolder()
        let readable = try folder.write("a.yaml", "a", mode: 0o644)
        #expect(try ProtectedFile.text(readable, .published) == "a")
        let writable = try folder.write("b.yaml", "b", mode: 0o664)
        #expect(throws: StartFailure.self) { try ProtectedFile.text(writable, .published) }
    }

    @Test("a new file is never written over another one")
    func create() throws {
        let folder = try TemporaryFolder()
        try ProtectedFile.create(folder.path + "/kek", [1, 2, 3])
        #expect(try folder.mode("kek") == 0o600)
        let failure = #expect(throws: StartFailure.self) { try ProtectedFile.create(folder.path + "/kek", [4]) }
        #expect(failure?.exitCode == 6)
        #expect(try ProtectedFile.read(folder.path + "/kek") == [1, 2, 3])
    }

    @Test("replacing a link replaces the link, not what it points at")
    func replaceLink() throws {
        let folder = try TemporaryFolder()
        let target = try folder.write("target", "kept")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/token", withDestinationPath: target)
        try ProtectedFile.replace(folder.path + "/token", Array("new".utf8))
        #expect(try ProtectedFile.text(folder.path + "/token") == "new")
        #expect(try folder.text("target") == "kept")
        #expect(try folder.mode("token") == 0o600)
    }

    @Test("T43 a data folder that others may enter is refused", arguments: [0o755, 0o750, 0o710])
    func folders(_ mode: Int) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path)
        let failure = #expect(throws: StartFailure.self) { try FolderPath.check(folder.path) }
        #expect(failure?.message.contains("chmod 700") == true)
    }

    @Test("a file lies in a folder by whatever link leads there")
    func contains() throws {
        let folder = try TemporaryFolder()
        let inner = folder.path + "/data"
        try FolderPath.prepare(inner)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/alias", withDestinationPath: inner)
        #expect(FolderPath.contains(inner, folder.path + "/alias/root-key.pem"))
        #expect(FolderPath.contains(inner, inner + "/a/b/c"))
        #expect(!FolderPath.contains(inner, folder.path + "/database"))
        #expect(!FolderPath.contains(inner, folder.path + "/data-2/x"))
    }

    @Test("one program at a time has a data folder")
    func lock() throws {
        let folder = try TemporaryFolder()
        let lock = try FolderLock(folder: folder.path)
        let failure = #expect(throws: StartFailure.self) { try FolderLock(folder: folder.path) }
        #expect(failure?.exitCode == 7)
        withExtendedLifetime(lock) {}
    }

    @Test("a port that somebody listens on is told apart from a free one")
    func port() throws {
        let any = try #require(ListenAddress("127.0.0.1:0"))
        let held = try PortReservation(any)
        #expect(held.port > 0)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        #expect(
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            } == 0)
        #expect(listen(listener, 1) == 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(listener, $0, &length)
            }
        }
        var taken = any
        taken.port = Int(in_port_t(bigEndian: address.sin_port))
        let failure = #expect(throws: StartFailure.self) { try PortReservation(taken) }
        #expect(failure?.message.contains("in use") == true)
        withExtendedLifetime(held) {}
    }
}
