internal import Foundation
internal import Glibc

/// The plan that the preloaded library of a broker reads while that runs, and its counts: a file of one page which both
/// share (Tests/FaultPreload).
struct FaultControl: Sendable {
    /// Which calls are counted and can fail.
    enum Site: Int64, CaseIterable, Sendable {
        case sync = 0
        case write = 1
        case truncate = 2

        var name: String {
            switch self {
            case .sync: "sync"
            case .write: "write"
            case .truncate: "truncate"
            }
        }
    }

    /// In the order of the library's structure.
    private enum Field: Int {
        case clockShift, failSite, failFrom, failUntil, failErrno, failed, isLimited, freeBytes, calls
    }

    let path: String

    /// Makes the file; nothing is planned.
    init(path: String) throws(ChaosFault) {
        self.path = path
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(count: 4_096), attributes: [.posixPermissions: 0o600])
        else { throw ChaosFault("cannot make \(path)") }
        try heal()
    }

    /// Takes one that a server's processes have open already.
    init(sharing path: String) throws(ChaosFault) {
        self.path = path
        try heal()
    }

    /// Moves the broker's wall clock.
    func shiftClock(seconds: Int64) throws(ChaosFault) { try shiftClock(milliseconds: seconds * 1_000) }

    func shiftClock(milliseconds: Int64) throws(ChaosFault) { try set(.clockShift, milliseconds) }

    /// Lets calls of a site fail from the next one but `skipped`: one of them, or all from then on.
    func fail(_ site: Site, after skipped: Int64, forEver: Bool, error: Int32 = EIO) throws(ChaosFault) {
        let first = try calls(of: site) + skipped
        try set(.failErrno, Int64(error))
        try set(.failFrom, first)
        try set(.failUntil, forEver ? .max : first + 1)
        try set(.failSite, site.rawValue)
    }

    /// Lets the disk have so much room.
    func limitDisk(freeBytes: Int64) throws(ChaosFault) {
        try set(.freeBytes, freeBytes)
        try set(.isLimited, 1)
    }

    /// Nothing fails any more; the clock stays as it is.
    func heal() throws(ChaosFault) {
        try set(.failSite, -1)
        try set(.isLimited, 0)
    }

    /// How many calls failed so far.
    func failedCount() throws(ChaosFault) -> Int64 { try get(Field.failed.rawValue) }

    func freeBytes() throws(ChaosFault) -> Int64 { try get(Field.freeBytes.rawValue) }

    /// How often a site was called so far.
    func calls(of site: Site) throws(ChaosFault) -> Int64 { try get(Field.calls.rawValue + Int(site.rawValue)) }

    private func set(_ field: Field, _ value: Int64) throws(ChaosFault) {
        try onFile { file in
            unsafe withUnsafeBytes(of: value.littleEndian) {
                unsafe pwrite(file, $0.baseAddress, 8, off_t(field.rawValue * 8)) == 8
            }
        }
    }

    private func get(_ place: Int) throws(ChaosFault) -> Int64 {
        var value: Int64 = 0
        try onFile { file in
            unsafe withUnsafeMutableBytes(of: &value) { unsafe pread(file, $0.baseAddress, 8, off_t(place * 8)) == 8 }
        }
        return Int64(littleEndian: value)
    }

    private func onFile(_ body: (Int32) -> Bool) throws(ChaosFault) {
        let file = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw ChaosFault("cannot open \(path)") }
        defer { close(file) }
        guard body(file) else { throw ChaosFault("cannot use \(path)") }
    }
}

/// Why a round cannot go on; nothing about the broker.
package struct ChaosFault: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// Does what may fail with any error, and says what it was.
    static func wrap<Value>(_ what: String, _ body: () throws -> Value) throws(ChaosFault) -> Value {
        do { return try body() } catch { throw ChaosFault("\(what): \(error)") }
    }
}
