internal import TenureAPI
internal import TenureModel

extension PresetRule {
    /// GitLab CI, on gitlab.com and self-managed.
    ///
    /// `project_id` and `namespace_id` decide. Three bounds hold unless the rule names the claim (THREATS, T18):
    /// - `ref_protected` is `"true"`: anybody who may push makes an unprotected branch of any name;
    /// - `ref_type` is `branch` where the rule names `ref`: a tag may be called `main` too;
    /// - `job_project_id`, where it is sent, equals `project_id`: in the pipeline of a merge request from a fork one of
    ///   them names the fork.
    static let gitLab = PresetRule(
        title: "GitLab",
        binding: ["project_id", "namespace_id"],
        strangerIDs: ["99999999", "88888888"],
        fault: { condition in
            let ids = [
                "project_id", "namespace_id", "job_project_id", "job_namespace_id", "user_id", "pipeline_id", "job_id",
            ]
            if let fault = ClaimForm.idFault(condition, ids, "GitLab", ClaimForm.isDigits, "20") { return fault }
            let flags = ["ref_protected", "environment_protected"]
            guard flags.contains(where: { ClaimPath($0) == ClaimPath(condition.claim) }) else { return nil }
            if condition.value == .text("true") || condition.value == .text("false") { return nil }
            return "GitLab sends `\(BoundedText.shown(condition.claim))` as the string \"true\" or \"false\""
        },
        defaults: { claims, rule in
            var bounds: [Bound] = []
            // defence: T18
            if rule.value(of: "ref_protected") == nil {
                bounds.append(Bound.text("ref_protected", "true", claims["ref_protected"]))
            }
            if rule.value(of: "ref") != nil, rule.value(of: "ref_type") == nil, rule.value(of: "ref_path") == nil {
                bounds.append(Bound.text("ref_type", "branch", claims["ref_type"]))
            }
            if rule.value(of: "job_project_id") == nil, let job = claims["job_project_id"] {
                let expected = "the project_id " + Bound.shown(claims["project_id"])
                bounds.append(
                    Bound(
                        name: "job_project_id", expected: expected, actual: Bound.shown(job),
                        holds: job == claims["project_id"]))
            }
            return bounds
        },
        warnings: { rule in
            var warnings: [TrustWarning] = []
            if rule.value(of: "ref_protected") == .text("false") {
                warnings.append(
                    TrustWarning(
                        .unprotectedRef, claim: "ref_protected", "everybody who may push to the project passes"))
            }
            if ["ref", "ref_path", "environment"].allSatisfy({ rule.value(of: $0) == nil }) {
                warnings.append(
                    TrustWarning(
                        .anyBranch, claim: "ref",
                        "every protected branch and tag of the project passes; bind `ref_path` or `environment`"))
            }
            return warnings
        },
        instance: { claims in
            guard let job = claims["job_id"]?.text, ClaimForm.isDigits(job) else { return nil }
            return job
        })
}
