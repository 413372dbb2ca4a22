/// Body of `POST /offboardings`.
package struct OffboardingBody: Codable, Hashable, Sendable {
    /// As `workload/deploy` or `person/ada`.
    package var target: String
    /// The person or team that takes over what the target owns.
    package var transferTo: String?
    /// A name of RFC 5280, section 5.3.1, or a sentence of one's own, which is recorded and counts as
    /// `cessationOfOperation`. Nil for `cessationOfOperation`.
    package var reason: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(target: String, transferTo: String? = nil, reason: String? = nil, dryRun: Bool? = nil) {
        self.target = target
        self.transferTo = transferTo
        self.reason = reason
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case target
        case transferTo = "transfer_to"
        case reason
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        target = try fields.required(.target)
        transferTo = try fields.optional(.transferTo)
        reason = try fields.optional(.reason)
        dryRun = try fields.optional(.dryRun)
    }
}

/// A workload that passes on.
package struct TransferAnswer: Codable, Hashable, Sendable {
    package var workload: String
    package var to: String

    package init(workload: String, to: String) {
        self.workload = workload
        self.to = to
    }

    enum CodingKeys: String, CodingKey {
        case workload
        case to
    }
}

/// What an offboarding does; a dry run and the case have the same.
package struct OffboardingPlanAnswer: Codable, Hashable, Sendable {
    package var target: String
    package var transferTo: String?
    package var reason: String
    /// Every identity that ends, the target first.
    package var ends: [String]
    package var passes: [TransferAnswer]
    /// Workloads that stay, of a team in which nobody lives then: they get nothing until somebody answers for them.
    package var strands: [String]?
    /// The live credentials that this change kills; nil where it can kill none.
    package var dies: DiesAnswer?

    package init(
        target: String, transferTo: String? = nil, reason: String, ends: [String], passes: [TransferAnswer],
        strands: [String]? = nil, dies: DiesAnswer? = nil
    ) {
        self.target = target
        self.transferTo = transferTo
        self.reason = reason
        self.ends = ends
        self.passes = passes
        self.strands = strands
        self.dies = dies
    }

    enum CodingKeys: String, CodingKey {
        case target
        case transferTo = "transfer_to"
        case reason
        case ends
        case passes
        case strands
        case dies
    }
}

/// One mark that a case wrote.
package struct ReceiptMarkAnswer: Codable, Hashable, Sendable {
    /// The letter of the reference.
    package var kind: String
    /// In hexadecimal digits where it is a hash.
    package var number: String
    package var object: String?
    package var cut: Int64
    package var auditIndex: Int64
    package var proof: InclusionProofAnswer?

    package init(
        kind: String, number: String, object: String? = nil, cut: Int64, auditIndex: Int64,
        proof: InclusionProofAnswer? = nil
    ) {
        self.kind = kind
        self.number = number
        self.object = object
        self.cut = cut
        self.auditIndex = auditIndex
        self.proof = proof
    }

    enum CodingKeys: String, CodingKey {
        case kind
        case number
        case object
        case cut
        case auditIndex = "audit_index"
        case proof
    }
}

/// The receipt of a case (FORMATS, section 2). What counts is the signed `note`; the rest is read from it.
package struct ReceiptAnswer: Codable, Hashable, Sendable {
    package var id: String
    /// A signed note with the origin line `ORIGIN/receipt`.
    package var note: String
    package var marks: [ReceiptMarkAnswer]
    package var counts: CountsAnswer
    /// The Merkle root over the sorted ids of the dead, in base64.
    package var deadRoot: String
    package var examples: [String]
    /// Per profile, how long a dead certificate may pass for those who read CRLs.
    package var revocationSeconds: [String: Int64]
    /// What was proved, as `recorded` and `feed`.
    package var states: [String]?

    package init(
        id: String, note: String, marks: [ReceiptMarkAnswer], counts: CountsAnswer, deadRoot: String,
        examples: [String], revocationSeconds: [String: Int64], states: [String]? = nil
    ) {
        self.id = id
        self.note = note
        self.marks = marks
        self.counts = counts
        self.deadRoot = deadRoot
        self.examples = examples
        self.revocationSeconds = revocationSeconds
        self.states = states
    }

    enum CodingKeys: String, CodingKey {
        case id
        case note
        case marks
        case counts
        case deadRoot = "dead_root"
        case examples
        case revocationSeconds = "revocation_seconds"
        case states
    }
}

/// Answer of `POST /offboardings`: 201 with state `applied`, 202 with `approved` where more than a thousand identities
/// end and the rest follows, or 200 of a dry run, which has no `id`. Also of `GET /offboardings/{id}`.
package struct CaseAnswer: Codable, Hashable, Sendable {
    package var id: String?
    /// `planned`, `approved`, `applied`, `proved`, `closed` or `refused`.
    package var state: String
    package var plan: OffboardingPlanAnswer
    /// How many of those in the plan are still to end or to pass on; nil of none.
    package var remaining: Int64?
    package var receipt: ReceiptAnswer?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, state: String, plan: OffboardingPlanAnswer, remaining: Int64? = nil,
        receipt: ReceiptAnswer? = nil, auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.state = state
        self.plan = plan
        self.remaining = remaining
        self.receipt = receipt
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case state
        case plan
        case remaining
        case receipt
        case auditIndex = "audit_index"
        case checkpoint
    }
}

/// One of a list of cases.
package struct CaseSummaryAnswer: Codable, Hashable, Sendable {
    package var id: String
    package var state: String
    package var target: String
    package var transferTo: String?
    package var reason: String
    /// The index of the entry that changed it last.
    package var auditIndex: Int64

    package init(
        id: String, state: String, target: String, transferTo: String? = nil, reason: String, auditIndex: Int64
    ) {
        self.id = id
        self.state = state
        self.target = target
        self.transferTo = transferTo
        self.reason = reason
        self.auditIndex = auditIndex
    }

    enum CodingKeys: String, CodingKey {
        case id
        case state
        case target
        case transferTo = "transfer_to"
        case reason
        case auditIndex = "audit_index"
    }
}
