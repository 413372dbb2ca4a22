internal import CredentialLifecycle
internal import TenureAPI
internal import TenureModel

extension CountsAnswer {
    init(_ counts: CredentialCounts) { self.init(token: counts.tokens, certificate: counts.certificates) }
}

extension CredentialCounts {
    /// As `credential/crd_…`.
    var exampleTexts: [String] { examples.map { "credential/" + $0.text } }
}

extension DiesAnswer {
    init(_ counts: CredentialCounts) {
        self.init(
            counts: CountsAnswer(counts), countsPending: counts.isPending ? true : nil, examples: counts.exampleTexts)
    }
}

extension ChangeAnswer {
    init(_ planned: PlannedChange) {
        self.init(
            action: planned.action.rawValue, object: planned.object,
            fields: planned.fields.map { FieldChangeAnswer(field: $0.field, from: $0.from, to: $0.to) },
            warnings: WarningAnswer.list(planned.warnings))
    }
}

extension WarningAnswer {
    /// Nil of none.
    static func list(_ warnings: [PlannedChange.Warning]) -> [WarningAnswer]? {
        warnings.isEmpty ? nil : warnings.map { WarningAnswer(code: $0.code, detail: $0.detail) }
    }
}
