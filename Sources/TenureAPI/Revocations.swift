/// Body of `POST /revocations`.
package struct RevocationBody: Codable, Hashable, Sendable {
    package var target: RevocationTargetBody
    /// A name of RFC 5280, section 5.3.1, as `keyCompromise`, or a sentence of one's own, which is recorded and counts
    /// as `unspecified`. Nil for `unspecified`.
    package var reason: String?
    /// Decide and answer 200 in the same shape, but do nothing.
    package var dryRun: Bool?

    package init(target: RevocationTargetBody, reason: String? = nil, dryRun: Bool? = nil) {
        self.target = target
        self.reason = reason
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case target
        case reason
        case dryRun = "dry_run"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        target = try fields.required(.target)
        reason = try fields.optional(.reason)
        dryRun = try fields.optional(.dryRun)
    }
}

/// How many live credentials, by kind.
package struct CountsAnswer: Codable, Hashable, Sendable {
    package var token: Int64
    package var certificate: Int64

    package init(token: Int64, certificate: Int64) {
        self.token = token
        self.certificate = certificate
    }

    enum CodingKeys: String, CodingKey {
        case token
        case certificate
    }
}

/// The live credentials that a change kills, counted at a stated head. None is said as zero.
package struct DiesAnswer: Codable, Hashable, Sendable {
    package var counts: CountsAnswer
    /// Whether the change is made, and what it killed could not be counted yet: `counts` says nothing then.
    package var countsPending: Bool?
    /// Up to twenty of them, as `credential/crd_…`.
    package var examples: [String]

    package init(counts: CountsAnswer, countsPending: Bool? = nil, examples: [String]) {
        self.counts = counts
        self.countsPending = countsPending
        self.examples = examples
    }

    enum CodingKeys: String, CodingKey {
        case counts
        case countsPending = "counts_pending"
        case examples
    }
}

/// Answer of `POST /revocations`: 201, or 200 of a dry run, which has no `id`.
package struct RevocationAnswer: Codable, Hashable, Sendable {
    package var id: String?
    /// As it was asked for; of a certificate, a key or a token what it was found to be.
    package var target: String
    package var reason: String
    /// All that hangs on the target and was issued up to this index is dead.
    package var cutoffIndex: Int64
    /// Of what dies. Nil where counting goes on, which `counts_pending` says.
    package var counts: CountsAnswer?
    package var countsPending: Bool?
    /// Of a dry run on one credential: what would die with its whole family, as for `keyCompromise`.
    package var familyCounts: CountsAnswer?
    /// Up to twenty of the dead, as `credential/crd_…`.
    package var examples: [String]
    /// True where a public key is blocked with it: no identity has it certified again.
    package var blocksKey: Bool?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        id: String? = nil, target: String, reason: String, cutoffIndex: Int64, counts: CountsAnswer? = nil,
        countsPending: Bool? = nil, familyCounts: CountsAnswer? = nil, examples: [String], blocksKey: Bool? = nil,
        auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.id = id
        self.target = target
        self.reason = reason
        self.cutoffIndex = cutoffIndex
        self.counts = counts
        self.countsPending = countsPending
        self.familyCounts = familyCounts
        self.examples = examples
        self.blocksKey = blocksKey
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case id
        case target
        case reason
        case cutoffIndex = "cutoff_index"
        case counts
        case countsPending = "counts_pending"
        case familyCounts = "family_counts"
        case examples
        case blocksKey = "blocks_key"
        case auditIndex = "audit_index"
        case checkpoint
    }
}
