package import TenureModel

/// What a case did, as its receipt says and proves it (FORMATS, section 2): the text of a signed note.
///
/// Text of the note: the origin line, then one line of canonical JSON.
package struct CaseReceipt: Hashable, Sendable {
    /// The most marks that stand in a note with their proofs; of more the first ones. `marksRoot` covers all.
    package static let provenMarksMax = 16
    /// The most ids of the dead that are given as examples.
    package static let examplesMax = 20
    /// The most profiles of which the note says how long a list may lag; of more, those that lag longest.
    package static let profilesMax = 100

    /// An entry of the log with its proof in the tree of `checkpoint`.
    package struct ProvenEntry: Hashable, Sendable {
        package var index: Int64
        package var body: [UInt8]
        /// As in `InclusionProof`.
        package var path: [[UInt8]]

        package init(index: Int64, body: [UInt8], path: [[UInt8]]) {
            self.index = index
            self.body = body
            self.path = path
        }
    }

    /// How long a dead certificate of a profile may pass for those who read CRLs.
    package struct Lag: Hashable, Sendable {
        package var profile: String
        package var seconds: Int64

        package init(profile: String, seconds: Int64) {
            self.profile = profile
            self.seconds = seconds
        }
    }

    package var id: ReceiptID
    package var caseID: CaseID
    /// As `person/ada`, with its id beside it.
    package var target: String
    package var targetID: String
    package var transferTo: String?
    package var reason: String
    /// When the case was opened; what it killed is counted from then.
    package var at: Timestamp
    package var endedCount: Int64
    package var passedCount: Int64
    package var tokenCount: Int64
    package var certificateCount: Int64
    /// Over the sorted ids of the dead, as text: 32 bytes.
    package var deadRoot: [UInt8]
    /// `crd_…` of the first of them.
    package var examples: [String]
    package var markCount: Int64
    /// Over all marks in the order of the log, each as `i12 4810`, its reference and its index: 32 bytes.
    package var marksRoot: [UInt8]
    package var marks: [ProvenEntry]
    /// What was proved: `recorded`, `counted`, `listed`.
    package var states: [String]
    package var lags: [Lag]
    /// The entry that certifies the key which signs the receipt.
    package var key: ProvenEntry
    /// The signed head of the log in which all proofs lie.
    package var checkpoint: String

    package init(
        id: ReceiptID, caseID: CaseID, target: String, targetID: String, transferTo: String?, reason: String,
        at: Timestamp, endedCount: Int64, passedCount: Int64, tokenCount: Int64, certificateCount: Int64,
        deadRoot: [UInt8], examples: [String], markCount: Int64, marksRoot: [UInt8], marks: [ProvenEntry],
        states: [String], lags: [Lag], key: ProvenEntry, checkpoint: String
    ) {
        self.id = id
        self.caseID = caseID
        self.target = target
        self.targetID = targetID
        self.transferTo = transferTo
        self.reason = reason
        self.at = at
        self.endedCount = endedCount
        self.passedCount = passedCount
        self.tokenCount = tokenCount
        self.certificateCount = certificateCount
        self.deadRoot = deadRoot
        self.examples = examples
        self.markCount = markCount
        self.marksRoot = marksRoot
        self.marks = marks
        self.states = states
        self.lags = lags
        self.key = key
        self.checkpoint = checkpoint
    }

    /// The root over ids of the dead, which may come in any order: 32 bytes.
    package static func root(ofDead ids: some Sequence<String>) -> [UInt8] {
        MerkleTree.root(of: ids.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    }

    /// The root over marks, each with the index at which it cut, in the order of the log: 32 bytes.
    package static func root(ofMarks marks: [(reference: LineageReference, index: Int64)]) -> [UInt8] {
        MerkleTree.root(of: marks.map { Array("\($0.reference) \($0.index)".utf8) })
    }
}
