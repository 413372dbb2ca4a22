internal import TenureAPI

extension Report {
    /// What a plan does.
    mutating func plan(_ plan: PlanAnswer) {
        guard !plan.changes.isEmpty else { return line("Nothing to do: the record is as the estate says.") }
        line("Plan of the estate \(plan.estate), made at entry \(plan.baseVersion):")
        changes(plan.changes)
        warnings(plan.warnings)
        dies(plan.dies)
        row("Plan", plan.id.map { "plan/" + $0 })
        row("Good until", plan.expiresAt)
    }

    mutating func changes(_ changes: [ChangeAnswer]) {
        for change in changes {
            let sign = ["create": "+", "change": "~", "end": "-"][change.action] ?? " "
            line("\(sign) \(change.object)")
            for field in change.fields {
                line("    \(field.field): \(field.from.map { $0 + " -> " } ?? "")\(field.to ?? "(nothing)")")
            }
            warnings(change.warnings)
        }
    }

    mutating func warnings(_ warnings: [WarningAnswer]?) {
        for warning in warnings ?? [] {
            line("! \(warning.code)\(warning.field.map { " (\($0))" } ?? ""): \(warning.detail)")
        }
    }

    /// The count of the dead; none is said too.
    mutating func dies(_ dies: DiesAnswer?) {
        guard let dies else { return }
        guard dies.countsPending != true else { return row("Dies", "made; what it ended is not counted yet") }
        counts("Dies", dies.counts, examples: dies.examples)
    }

    mutating func counts(_ label: String, _ counts: CountsAnswer, examples: [String]) {
        row(label, "\(counts.token) live tokens, \(counts.certificate) live certificates")
        for example in examples { line("                 \(example)") }
    }

    /// A case as it stands.
    mutating func offboardingCase(_ answer: CaseAnswer) {
        row("Case", answer.id.map { "case/" + $0 })
        row("State", answer.state)
        row("Left to end", answer.remaining)
        offboarding(answer.plan)
        row("Audit index", answer.auditIndex)
        guard let receipt = answer.receipt else { return }
        row("Receipt", receipt.id)
        counts("Dead", receipt.counts, examples: receipt.examples)
        row("Marks", Int64(receipt.marks.count))
        row("Proved", receipt.states)
        for (profile, seconds) in receipt.revocationSeconds.sorted(by: { $0.key < $1.key }) {
            row("Lists show it", "profile/\(profile) within \(seconds) s")
        }
    }

    /// What an offboarding does.
    mutating func offboarding(_ plan: OffboardingPlanAnswer) {
        row("Target", plan.target)
        row("Reason", plan.reason)
        row("Takes over", plan.transferTo)
        for identity in plan.ends { row("Ends", identity) }
        for transfer in plan.passes { row("Passes on", "\(transfer.workload) to \(transfer.to)") }
        for identity in plan.strands ?? [] { row("Without owner", "\(identity), which gets nothing until it has one") }
        dies(plan.dies)
    }

    /// What a revocation does or did.
    mutating func revocation(_ answer: RevocationAnswer) {
        row("Target", answer.target)
        row("Reason", answer.reason)
        row("Cut at", "entry \(answer.cutoffIndex)")
        if let counts = answer.counts {
            self.counts("Dies", counts, examples: answer.examples)
        } else {
            row("Dies", "still being counted")
        }
        if let family = answer.familyCounts { counts("With its family", family, examples: []) }
        if answer.blocksKey == true { row("Blocks", "the public key, for every identity from then on") }
        row("Audit index", answer.auditIndex)
    }
}
