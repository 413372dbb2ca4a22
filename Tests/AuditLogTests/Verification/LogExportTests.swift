internal import AuditLog
internal import Testing

@Suite("Verification of an export")
struct LogExportTests {
    @Test("lines are exactly the bytes of the format")
    func knownLines() throws {
        let lines: [(LogExport.Line, String)] = [
            (
                .head(origin: "o/tenure/00000000", verifierKey: "o+00000000+AQ=="),
                #"{"format":"tenure-audit/1","origin":"o/tenure/00000000","vkey":"o+00000000+AQ=="}"#
            ),
            (.entry(index: 12, body: Array(#"{"v":1}"#.utf8)), #"{"i":12,"b":"{\"v\":1}"}"#),
            (.checkpoint(note: "o\n0\n\n— x\n"), #"{"checkpoint":"o\n0\n\n— x\n"}"#),
        ]
        for (line, text) in lines {
            #expect(String(decoding: try LogExport.encode(line), as: UTF8.self) == text + "\n")
            #expect(try LogExport.decode(Array(text.utf8)) == line)
        }
    }

    @Test(
        "another spelling of a line is none",
        arguments: [
            "", "{}", #"{"i":1,"b":"x"} "#, #"{"i": 1,"b":"x"}"#, #"{"b":"x","i":1}"#, #"{"i":01,"b":"x"}"#,
            #"{"i":1,"b":"\u0041"}"#,
            #"{"i":1.0,"b":"x"}"#, #"{"i":1,"b":null}"#, #"{"i":1,"b":"x","c":1}"#,
            #"{"format":"tenure-audit/2","origin":"o","vkey":"k"}"#,
            #"{"checkpoint":"\/"}"#, "{\"i\":1,\"b\":\"\t\"}",
        ])
    func otherSpellings(text: String) {
        #expect(throws: LogExportError.malformed) { try LogExport.decode(Array(text.utf8)) }
    }

    @Test("a line over 64 KiB and a body that is no text are refused")
    func limits() {
        #expect(throws: LogExportError.tooLong) { try LogExport.decode([UInt8](repeating: 0x20, count: 65_537)) }
        #expect(throws: LogExportError.notText) { try LogExport.encode(.entry(index: 0, body: [0xFF])) }
    }

    @Test("a whole export is whole")
    func whole() throws {
        let log = try StoredLog(count: 7, checkpointsAt: [3, 7])
        let report = log.report(export: try log.export(), checkpoints: log.checkpoints)
        #expect(report.isWhole)
        #expect(report.attestedSize == 7)
        #expect(log.report(export: try log.export()).isWhole)
        #expect(try StoredLog(count: 0, checkpointsAt: [0]).export().count == 2)
    }

    @Test("T39 each flipped bit of an export is found, with its entry where it lies in one")
    func flips() throws {
        let log = try StoredLog(count: 4, checkpointsAt: [2, 4])
        let lines = try log.export()
        for number in lines.indices {
            for place in lines[number].indices {
                var changed = lines
                changed[number][place] ^= 1 << UInt8(place % 8)
                let report = log.report(export: changed, checkpoints: [log.checkpoints[0]])
                #expect(!report.isWhole)
                guard (1...4).contains(number) else { continue }
                #expect(report.findings.contains { $0.names(Int64(number) - 1) })
            }
        }
    }

    @Test("T39 lines that were dropped, swapped, repeated or cut off are found", arguments: 0..<6)
    func lines(number: Int) throws {
        let log = try StoredLog(count: 4, checkpointsAt: [2, 4])
        let lines = try log.export()
        var dropped = lines
        dropped.remove(at: number)
        #expect(!log.report(export: dropped).isWhole)
        var repeated = lines
        repeated.insert(lines[number], at: number)
        #expect(!log.report(export: repeated).isWhole)
        #expect(!log.report(export: Array(lines[..<number])).isWhole)
        if number + 1 < lines.count {
            var swapped = lines
            swapped.swapAt(number, number + 1)
            #expect(!log.report(export: swapped).isWhole)
        }
    }

    @Test("T39 an export that is cut and ended with an older checkpoint is whole up to there, and cut by a newer one")
    func olderEnd() throws {
        var log = try StoredLog(count: 6, checkpointsAt: [4, 6])
        let newest = log.checkpoints[1]
        log.entries.removeLast(2)
        log.checkpoints.removeLast()
        #expect(log.report(export: try log.export()).isWhole)
        #expect(
            log.report(export: try log.export(), checkpoints: [newest]).findings
                == [.truncated(size: 4, checkpoint: 6)])
    }

    @Test("entries beyond the checkpoint that ends an export are named")
    func beyond() throws {
        let log = try StoredLog(count: 6, checkpointsAt: [4])
        let expected: [LogFinding] = [.beyondCheckpoint(from: 4, upTo: 6)]
        #expect(log.report(export: try log.export()).findings == expected)
        let known = log.report(export: try log.export(), checkpoints: log.checkpoints)
        #expect(known.findings == expected)
        #expect(known.attestedSize == 4)
    }

    @Test("an export of another log, or under another key, is not this one's")
    func otherLog() throws {
        let log = try StoredLog(count: 2, checkpointsAt: [2])
        let other = try StoredLog(count: 2, checkpointsAt: [2])
        let findings = log.report(export: try other.export()).findings
        #expect(findings == [.otherLog, .badCheckpoint(place: 0, .unsigned)])
    }
}
