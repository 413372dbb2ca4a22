internal import Foundation

/// One run: a folder for scratch files, the programs, and the seed of all choices.
package final class ChaosRun: Sendable {
    package let folder: String
    package let programs: String

    /// - Parameter scratch: a folder in which a new one is made.
    /// - Throws: `ChaosFault` where the programs were not built.
    package init(scratch: String = "/tmp") throws(ChaosFault) {
        let own = try ChaosFault.wrap("this program") {
            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        }
        programs = URL(fileURLWithPath: own).deletingLastPathComponent().path
        for name in ["tenured", "libFaultPreload.so"]
        where !FileManager.default.fileExists(atPath: programs + "/" + name) {
            throw ChaosFault("\(programs)/\(name) is not there: build all products")
        }
        folder = scratch + "/tenure-chaos-\(UUID())"
        try ChaosFault.wrap("making \(folder)") {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }

    /// Removes what one round left: each broker keeps a ballast.
    func remove(_ name: String) throws(ChaosFault) {
        try ChaosFault.wrap("removing \(name)") { try FileManager.default.removeItem(atPath: folder + "/" + name) }
    }

    /// Removes all that the run left.
    package func remove() {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            FileHandle.standardError.write(Data("\(folder) could not be removed: \(error)\n".utf8))
        }
    }
}

/// The same choices in every run with the same seed.
struct SeededChoices: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
