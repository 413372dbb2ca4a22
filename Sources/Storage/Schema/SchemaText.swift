internal import TenureModel

/// Conditions over closed lists of the model, written once.
enum SchemaText {
    static let identityKinds = IdentityKind.allCases.map(\.rawValue)
    static let referenceKinds = LineageReference.Kind.allCases.map(\.rawValue)
    static let reasons = RevocationReason.allCases.map(\.rawValue)

    static func isOne(_ column: String, of values: [String]) -> String {
        "\(column) IN (\(values.map { "'\($0)'" }.joined(separator: ", ")))"
    }

    /// A name as FORMATS, section 1, spells it: its length; what it is made of, the type sees to.
    static func isName(_ column: String) -> String { "length(\(column)) BETWEEN 1 AND 63" }
}
