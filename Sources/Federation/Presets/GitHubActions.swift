internal import TenureAPI
internal import TenureModel

extension PresetRule {
    /// GitHub Actions, on github.com, GitHub Enterprise Cloud and Server.
    ///
    /// `repository_id` and `repository_owner_id` decide. `sub` is never parsed: its form depends on settings of the
    /// repository, and an owner named `acme-123` or a name with ids in it reads like another's (THREATS, T18).
    ///
    /// Unless the rule names `event_name`, only events that take write access to cause are accepted. The rest lets a
    /// stranger decide what runs, or when: `pull_request_target`, `issue_comment` and `workflow_run` run with the base
    /// repository's rights, and `pull_request` gives no claim that tells a fork from a branch. The list is of what is
    /// accepted, so that a new event is refused until somebody thought about it.
    static let gitHubActions = PresetRule(
        title: "GitHub Actions",
        binding: ["repository_id", "repository_owner_id"],
        strangerIDs: ["999999999", "888888888"],
        fault: { condition in
            let ids = ["repository_id", "repository_owner_id", "actor_id", "run_id", "run_number", "run_attempt"]
            if let fault = ClaimForm.idFault(condition, ids, "GitHub", ClaimForm.isDigits, "123456789") {
                return fault
            }
            guard ClaimPath(condition.claim) == ClaimPath("ref") else { return nil }
            if case .text(let ref) = condition.value, ref.utf8.starts(with: "refs/".utf8) { return nil }
            return "GitHub sends whole refs, such as \"refs/heads/main\"; a bare name may be a branch or a tag"
        },
        defaults: { claims, rule in
            guard rule.value(of: "event_name") == nil else { return [] }
            let event = claims["event_name"]
            // defence: T18 becomes: let isAccepted = true
            let isAccepted = writersEvents.contains { event == .string($0) }
            let expected = "one of " + writersEvents.joined(separator: ", ") + ", as no condition names it"
            return [Bound(name: "event_name", expected: expected, actual: Bound.shown(event), holds: isAccepted)]
        },
        warnings: { rule in
            var warnings: [TrustWarning] = []
            if case .text(let event) = rule.value(of: "event_name"),
                !writersEvents.contains(where: { $0.utf8.elementsEqual(event.utf8) })
            {
                let shown = BoundedText.shown(event)
                warnings.append(
                    TrustWarning(
                        .outsideEvent, claim: "event_name",
                        "`\(shown)` can be caused from outside the repository, by a fork or a comment"))
            }
            if ["ref", "environment", "job_workflow_ref", "workflow_ref"].allSatisfy({ rule.value(of: $0) == nil }) {
                warnings.append(
                    TrustWarning(
                        .anyBranch, claim: "ref",
                        "every branch of the repository passes; bind `ref`, `environment` or `job_workflow_ref`"))
            }
            return warnings
        },
        instance: { claims in
            guard let run = claims["run_id"]?.text, let attempt = claims["run_attempt"]?.text,
                ClaimForm.isDigits(run), ClaimForm.isDigits(attempt)
            else { return nil }
            return run + "." + attempt
        })

    /// Events that take write access to the repository to cause.
    private static let writersEvents = [
        "push", "workflow_dispatch", "repository_dispatch", "schedule", "release", "merge_group", "deployment",
        "create",
    ]
}
