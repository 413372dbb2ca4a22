internal import Foundation

/// One input of the corpus: its name says what is wrong with it, or begins with `valid-`.
struct Sample {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }
}

/// Writes the samples that a corpus lacks. What is there stays as it is: keys are drawn anew at each start, and a
/// sample that once found something is worth keeping byte for byte.
enum CorpusWriter {
    static func run(_ arguments: [String]) throws(FuzzFault) -> Int32 {
        guard arguments.count == 1 else { throw FuzzFault(FuzzProgram.usage) }
        let samples = try FuzzFault.wrap("the samples") { try all() }
        var written = 0
        for (target, samples) in samples {
            guard FuzzTarget.named(target) != nil else { throw FuzzFault("no target \(target)") }
            let folder = arguments[0] + "/" + target
            try FuzzFault.wrap(folder) {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                for sample in samples where !FileManager.default.fileExists(atPath: folder + "/" + sample.name) {
                    try Data(sample.bytes).write(to: URL(fileURLWithPath: folder + "/" + sample.name))
                    written += 1
                }
            }
        }
        print("\(written) samples written")
        return 0
    }

    private static func all() throws -> [(String, [Sample])] {
        try CertificateSamples().all() + TokenSamples.all() + JSONSamples.all() + AuditSamples().all()
            + ReceiptSamples().all() + TextSamples.all() + FeedSamples.all()
    }
}
