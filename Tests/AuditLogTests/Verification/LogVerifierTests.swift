internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@Suite("Verification of a stored log")
struct LogVerifierTests {
    @Test("a whole log is whole, and says up to where it is attested")
    func whole() throws {
        let log = try StoredLog(count: 12, checkpointsAt: [0, 4, 9])
        let report = log.report()
        #expect(report.isWhole)
        #expect(report.size == 12)
        #expect(report.attestedSize == 9)
        #expect(log.report(checkpoints: []).attestedSize == 0)
        #expect(log.report(checkpoints: []).isWhole)
        #expect(try StoredLog(count: 0, checkpointsAt: [0]).report().isWhole)
    }

    @Test("T39 each flipped bit of a body is found at its index")
    func flippedBodies() throws {
        let log = try StoredLog(count: 6, checkpointsAt: [2, 6])
        for index in log.entries.indices {
            for place in log.entries[index].body.indices {
                var changed = log
                changed.entries[index].body[place] ^= 1 << UInt8(place % 8)
                let findings = changed.report().findings
                #expect(findings.contains(.bodyChanged(index: Int64(index))))
                #expect(findings.allSatisfy { $0.names(Int64(index)) || $0 == .timeFell(index: Int64(index) + 1) })
            }
        }
    }

    @Test("T39 each flipped bit of a stored leaf hash is found at its index")
    func flippedLeafHashes() throws {
        let log = try StoredLog(count: 6, checkpointsAt: [2, 6])
        for index in log.entries.indices {
            for place in 0..<32 {
                var changed = log
                changed.entries[index].leafHash[place] ^= 1 << UInt8(place % 8)
                #expect(changed.report().findings == [.leafHashChanged(index: Int64(index))])
                changed.entries[index].leafHash = []
                #expect(changed.report().findings == [.leafHashChanged(index: Int64(index))])
            }
        }
    }

    @Test("where no checkpoint decides, body and leaf hash are said not to fit")
    func undecided() throws {
        var log = try StoredLog(count: 6, checkpointsAt: [2])
        log.entries[4].leafHash[0] ^= 1
        #expect(log.report().findings == [.leafMismatch(index: 4)])
        #expect(log.report().attestedSize == 2)
    }

    @Test("T39 an entry rewritten with its leaf hash is found between two checkpoints", arguments: 0..<10)
    func rewritten(index: Int) throws {
        var log = try StoredLog(count: 10, checkpointsAt: [3, 4, 8, 10])
        log.entries[index].body = try StoredLog.body(index, object: "other")
        log.entries[index].leafHash = EntryEncoding.leafHash(of: log.entries[index].body)
        let from: Int64 = index < 3 ? 0 : index < 4 ? 3 : index < 8 ? 4 : 8
        let upTo: Int64 = index < 3 ? 3 : index < 4 ? 4 : index < 8 ? 8 : 10
        let report = log.report()
        #expect(report.findings == [.rewritten(from: from, upTo: upTo)])
        #expect(report.attestedSize == from)
    }

    @Test("T39 a dropped entry is missed by its index, or as the end of the log", arguments: 0..<10)
    func dropped(index: Int) throws {
        var log = try StoredLog(count: 10, checkpointsAt: [4, 10])
        log.entries.remove(at: index)
        let expected: LogFinding =
            index == 9
            ? .truncated(size: 9, checkpoint: 10) : .missing(from: Int64(index), upTo: Int64(index) + 1)
        #expect(log.report().findings == [expected])
    }

    @Test("T39 a dropped entry after which the others were renumbered is found in its range", arguments: 0..<9)
    func renumbered(index: Int) throws {
        var log = try StoredLog(count: 10, checkpointsAt: [4, 9])
        log.entries.remove(at: index)
        for place in log.entries.indices { log.entries[place].index = Int64(place) }
        let findings = log.report().findings
        #expect(findings == [.rewritten(from: index < 4 ? 0 : 4, upTo: index < 4 ? 4 : 9)])
    }

    @Test("T39 two swapped entries are found, with their indexes or without", arguments: 0..<9)
    func swapped(index: Int) throws {
        let log = try StoredLog(count: 10, checkpointsAt: [10])
        var moved = log
        moved.entries.swapAt(index, index + 1)
        #expect(moved.report().findings.contains(.missing(from: Int64(index), upTo: Int64(index) + 1)))
        var exchanged = moved
        for place in exchanged.entries.indices { exchanged.entries[place].index = Int64(place) }
        let findings = exchanged.report().findings
        #expect(findings.contains(.rewritten(from: 0, upTo: 10)))
        #expect(findings.contains(.timeFell(index: Int64(index) + 1)))
    }

    @Test("T39 an inserted entry is found, repeated or renumbered", arguments: 0...10)
    func inserted(index: Int) throws {
        var log = try StoredLog(count: 10, checkpointsAt: [5, 10])
        let body = try StoredLog.body(index, object: "inserted")
        let hash = EntryEncoding.leafHash(of: body)
        log.entries.insert(.init(index: Int64(index), body: body, leafHash: hash), at: index)
        if index < 10 {
            #expect(log.report().findings.contains(.outOfOrder(expected: Int64(index) + 1, found: Int64(index))))
        }
        for place in log.entries.indices { log.entries[place].index = Int64(place) }
        let report = log.report()
        if index < 10 {
            #expect(report.findings.contains(.rewritten(from: index < 5 ? 0 : 5, upTo: index < 5 ? 5 : 10)))
        } else {
            // Beyond the last checkpoint nothing can tell a new entry from a false one.
            #expect(report.isWhole)
            #expect(report.attestedSize == 10)
        }
    }

    @Test("T39 a truncated log is found by a later checkpoint; without one it says up to where it is whole")
    func truncated() throws {
        let log = try StoredLog(count: 10, checkpointsAt: [4, 10])
        for count in 0..<10 {
            var cut = log
            cut.entries.removeLast(10 - count)
            #expect(cut.report().findings.contains(.truncated(size: Int64(count), checkpoint: 10)))
            cut.checkpoints.removeLast()
            let report = cut.report()
            #expect(report.isWhole == (count >= 4))
            #expect(report.attestedSize == (count >= 4 ? 4 : 0))
        }
    }

    @Test("T39 a checkpoint that is forged, of another log, or in conflict is named")
    func badCheckpoints() throws {
        let log = try StoredLog(count: 4, checkpointsAt: [2, 4])
        let stranger = try StoredLog(count: 4, checkpointsAt: [4])
        #expect(
            log.report(checkpoints: log.checkpoints + stranger.checkpoints).findings
                == [.badCheckpoint(place: 2, .unsigned)])
        let forged = log.checkpoints[1].replacing("\n4\n", with: "\n3\n")
        #expect(log.report(checkpoints: [forged]).findings == [.badCheckpoint(place: 0, .badSignature)])
        let receipts = try NoteSigner(name: "example.org/tenure/9f3a01bc", key: PrivateKey.generate(.ed25519))
        let other = try receipts.checkpoint(size: 4, root: Frontier().root)
        #expect(log.report(checkpoints: [other.note]).findings == [.badCheckpoint(place: 0, .unsigned)])
        let second = try log.signer.checkpoint(size: 4, root: Frontier().root)
        #expect(
            log.report(checkpoints: log.checkpoints + [second.note]).findings == [.conflictingRoots(size: 4)])
        #expect(
            log.report(checkpoints: [log.checkpoints[1], log.checkpoints[0], log.checkpoints[1]]).isWhole)
    }

    @Test("a body that is no entry is named, though its hash is the signed one")
    func undecodable() throws {
        let signer = try NoteSigner(name: "o", key: PrivateKey.generate(.ed25519))
        let body = Array("{}".utf8)
        var verifier = LogVerifier(key: signer.verifierKey)
        verifier.add(checkpoint: try signer.checkpoint(size: 1, root: MerkleTree.root(of: [body])).note)
        verifier.feed(index: 0, body: body)
        #expect(verifier.finish().findings == [.undecodable(index: 0, .malformed(place: 0))])
    }

    @Test("indexes that no log can have stop nothing")
    func hostileIndexes() throws {
        let log = try StoredLog(count: 1, checkpointsAt: [1])
        for index in [-1, Int64.min, Int64.max, 1 << 53] as [Int64] {
            var changed = log
            changed.entries[0].index = index
            #expect(changed.report().findings.first == .outOfOrder(expected: 0, found: index))
        }
    }

    @Test("findings are counted and kept up to their maximum")
    func manyFindings() throws {
        let signer = try NoteSigner(name: "o", key: PrivateKey.generate(.ed25519))
        var verifier = LogVerifier(key: signer.verifierKey)
        for index in 0..<3000 as Range<Int64> { verifier.feed(index: index, body: [], leafHash: [1]) }
        let report = verifier.finish()
        #expect(report.findingCount == 6000)
        #expect(report.findings.count == LogVerifier.findingsMax)
    }
}
