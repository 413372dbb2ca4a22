internal import TenureAPI
internal import TenureModel

extension PresetRule {
    /// Projected service account tokens of a Kubernetes cluster (its documentation, "Managing Service Accounts").
    ///
    /// Namespace and service account uid decide: a namespace that is deleted and made again has the same names and
    /// other uids (THREATS, T18). Old tokens from secrets have no `exp` and are refused for it.
    static let kubernetes = PresetRule(
        title: "Kubernetes",
        binding: ["kubernetes.io/namespace", "kubernetes.io/serviceaccount/uid"],
        strangerIDs: ["another-namespace", "00000000-0000-4000-8000-000000000000"],
        fault: { condition in
            let ids = ["kubernetes.io/serviceaccount/uid", "kubernetes.io/pod/uid", "kubernetes.io/node/uid"]
            return ClaimForm.idFault(
                condition, ids, "Kubernetes", ClaimForm.isUUID, "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0")
        },
        defaults: { _, _ in [] },
        warnings: { _ in [] },
        instance: { claims in
            guard let pod = claims["kubernetes.io"]?["pod"]?["uid"]?.text, ClaimForm.isUUID(pod) else { return nil }
            return pod
        })
}
