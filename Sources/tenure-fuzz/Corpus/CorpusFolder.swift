internal import Foundation

/// `FOLDER/TARGET/FILE`: one input a file, named after what is in it.
struct CorpusFolder {
    let path: String

    /// The files of one target, by name; none where it has no folder.
    func inputs(of target: FuzzTarget) throws(FuzzFault) -> [(name: String, bytes: [UInt8])] {
        let folder = path + "/" + target.name
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FuzzFault.wrap(folder) {
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted().map {
                name in
                (name, Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
            }
        }
    }

    /// Folders that are no target's: a sample in one of them would be tried by nobody.
    func strangers() throws(FuzzFault) -> [String] {
        try FuzzFault.wrap(path) {
            try FileManager.default.contentsOfDirectory(atPath: path).filter {
                FuzzTarget.named($0) == nil && !$0.hasPrefix(".") && !$0.hasSuffix(".md")
            }
        }
    }
}
