/// What was accepted although it deserves a thought, as `mutable-claim` on a private issuer.
package struct WarningAnswer: Codable, Hashable, Sendable {
    package var code: String
    /// The field of the request that it is about.
    package var field: String?
    package var detail: String

    package init(code: String, field: String? = nil, detail: String) {
        self.code = code
        self.field = field
        self.detail = detail
    }

    enum CodingKeys: String, CodingKey {
        case code
        case field
        case detail
    }
}
