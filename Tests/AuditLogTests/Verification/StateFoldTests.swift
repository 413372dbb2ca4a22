internal import AuditLog
internal import TenureModel
internal import Testing

@Suite("Folding the log into tables")
struct StateFoldTests {
    static let identity = LineageReference(.identity, 12)

    static func hash(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

    static func row(_ key: String, _ index: Int64, _ number: UInt8, table: String = "credential") -> FoldedRow {
        FoldedRow(table: table, key: key, index: index, hash: hash(number))
    }

    static func time(_ index: Int64) -> Timestamp { Timestamp(clampingMilliseconds: 1000 + index) }

    static func entry(_ index: Int64, _ rows: [AuditedRowHash]) -> AuditEntry {
        AuditEntry(at: time(index), act: .tokenIssue, actor: .broker, object: nil, source: nil, rows: rows)
    }

    static func mark(
        _ reference: LineageReference = identity, cuts: Bool, reason: RevocationReason = .unspecified
    ) -> AuditedRowHash {
        AuditedRowHash(
            table: StateFold.markTable, key: reference.description,
            hash: RowHash.mark(reference, cuts: cuts, reason: reason))
    }

    static func folded(
        cut: Int64, changed: Int64, at: Int64, reason: RevocationReason = .unspecified,
        reference: LineageReference = identity
    ) -> FoldedMark {
        FoldedMark(
            mark: Mark(reference: reference, cutIndex: cut, changedIndex: changed), at: time(at), reason: reason)
    }

    /// Entry 0 writes rows a and b, entry 1 none, entry 2 row c.
    static let entries = [
        entry(
            0,
            [
                .init(table: "credential", key: "a", hash: hash(1)),
                .init(table: "identity", key: "b", hash: hash(2)),
            ]),
        entry(1, []),
        entry(2, [.init(table: "credential", key: "c", hash: hash(3))]),
    ]
    static let rows = [row("a", 0, 1), row("b", 0, 2, table: "identity"), row("c", 2, 3)]

    static func findings(
        entries: [AuditEntry] = entries, rows: [FoldedRow] = rows, marks: [FoldedMark] = []
    ) -> [StateFinding] {
        var fold = StateFold()
        for (place, entry) in entries.enumerated() {
            fold.feed(index: Int64(place), entry: entry)
            for row in rows where row.index == Int64(place) { fold.feed(row) }
        }
        for row in rows where !entries.indices.contains(Int(row.index)) { fold.feed(row) }
        for mark in marks { fold.feed(mark) }
        fold.finish()
        return fold.findings
    }

    @Test("tables that are what the log says give no finding, in any order of rows")
    func whole() {
        #expect(Self.findings().isEmpty)
        #expect(Self.findings(rows: Self.rows.reversed()).isEmpty)
        #expect(Self.findings(entries: [], rows: []).isEmpty)
    }

    @Test("T40 a row that was deleted, inserted, changed or moved by SQL is named with table, key and index")
    func changedRows() {
        #expect(
            Self.findings(rows: [Self.rows[0], Self.rows[2]])
                == [.missingRow(table: "identity", key: "b", index: 0)])
        #expect(
            Self.findings(rows: Array(Self.rows[..<2])) == [.missingRow(table: "credential", key: "c", index: 2)])
        #expect(
            Self.findings(rows: Self.rows + [Self.row("d", 1, 4)])
                == [.extraRow(table: "credential", key: "d", index: 1)])
        #expect(
            Self.findings(rows: Self.rows + [Self.row("d", 99, 4)])
                == [.extraRow(table: "credential", key: "d", index: 99)])
        #expect(
            Self.findings(rows: Self.rows + [Self.rows[0]])
                == [.extraRow(table: "credential", key: "a", index: 0)])
        #expect(
            Self.findings(rows: [Self.row("a", 0, 9), Self.rows[1], Self.rows[2]])
                == [.changedRow(table: "credential", key: "a", index: 0)])
        #expect(
            Self.findings(rows: [Self.row("a", 1, 1), Self.rows[1], Self.rows[2]])
                == [
                    .missingRow(table: "credential", key: "a", index: 0),
                    .extraRow(table: "credential", key: "a", index: 1),
                ])
        #expect(
            Self.findings(rows: [Self.row("a", 0, 1, table: "identity"), Self.rows[1], Self.rows[2]])
                == [
                    .extraRow(table: "identity", key: "a", index: 0),
                    .missingRow(table: "credential", key: "a", index: 0),
                ])
    }

    @Test("T40 a row whose index was changed is named, though its entry names table and key")
    func movedIndex() {
        var fold = StateFold()
        fold.feed(index: 0, entry: Self.entry(0, [.init(table: "credential", key: "a", hash: Self.hash(1))]))
        fold.feed(Self.row("a", 7, 1))
        fold.finish()
        #expect(
            fold.findings == [
                .extraRow(table: "credential", key: "a", index: 7),
                .missingRow(table: "credential", key: "a", index: 0),
            ])
    }

    @Test("marks fold to the last change and the last cut")
    func marks() {
        let entries = [
            Self.entry(0, [Self.mark(cuts: false)]),
            Self.entry(1, [Self.mark(cuts: true, reason: .keyCompromise)]),
            Self.entry(2, [Self.mark(cuts: false, reason: .superseded)]),
            Self.entry(3, [Self.mark(cuts: true, reason: .cessationOfOperation)]),
        ]
        let expected = [
            Self.folded(cut: -1, changed: 0, at: 0),
            Self.folded(cut: 1, changed: 1, at: 1, reason: .keyCompromise),
            Self.folded(cut: 1, changed: 2, at: 1, reason: .keyCompromise),
            Self.folded(cut: 3, changed: 3, at: 3, reason: .cessationOfOperation),
        ]
        for count in 1...4 {
            let prefix = Array(entries[..<count])
            #expect(Self.findings(entries: prefix, rows: [], marks: [expected[count - 1]]).isEmpty)
            #expect(
                Self.findings(entries: prefix, rows: []) == [.missingMark(expected[count - 1])])
        }
        let twice = [
            Self.entry(0, [Self.mark(cuts: false)]), Self.entry(1, [Self.mark(cuts: false, reason: .superseded)]),
        ]
        #expect(
            Self.findings(
                entries: twice, rows: [], marks: [Self.folded(cut: -1, changed: 1, at: 1, reason: .superseded)]
            ).isEmpty)
    }

    @Test("T40 a mark that was deleted, lowered, raised or invented by SQL is named")
    func changedMarks() {
        let other = LineageReference.signingKey(kid: "0123456789abcdef")
        let entries = [Self.entry(0, [Self.mark(cuts: true, reason: .keyCompromise), Self.mark(other, cuts: true)])]
        let first = Self.folded(cut: 0, changed: 0, at: 0, reason: .keyCompromise)
        let second = Self.folded(cut: 0, changed: 0, at: 0, reference: other)
        #expect(Self.findings(entries: entries, rows: [], marks: [first, second]).isEmpty)
        #expect(Self.findings(entries: entries, rows: [], marks: [second]) == [.missingMark(first)])
        for found in [
            Self.folded(cut: -1, changed: 0, at: 0, reason: .keyCompromise),
            Self.folded(cut: 0, changed: 1, at: 0, reason: .keyCompromise),
            Self.folded(cut: 0, changed: 0, at: 1, reason: .keyCompromise), Self.folded(cut: 0, changed: 0, at: 0),
        ] {
            #expect(
                Self.findings(entries: entries, rows: [], marks: [found, second])
                    == [.changedMark(expected: first, found: found)])
        }
        let invented = Self.folded(cut: 5, changed: 5, at: 5, reference: LineageReference(.owner, 3))
        #expect(Self.findings(entries: entries, rows: [], marks: [first, second, invented]) == [.extraMark(invented)])
    }

    @Test("a mark whose hash says nothing, or whose key is no reference, is named")
    func unreadableMarks() {
        let bad = [
            AuditedRowHash(table: StateFold.markTable, key: "i12", hash: Self.hash(1)),
            AuditedRowHash(
                table: StateFold.markTable, key: "x12",
                hash: RowHash.mark(Self.identity, cuts: true, reason: .unspecified)),
        ]
        #expect(
            Self.findings(entries: [Self.entry(0, bad)], rows: [])
                == [.unreadableMark(key: "i12", index: 0), .unreadableMark(key: "x12", index: 0)])
    }
}
