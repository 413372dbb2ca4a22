/// Why policy said no. The caller learns the code and the detail; what they may not know of is `notFound`.
package struct Denial: Error, Hashable, Sendable {
    /// The codes of docs/problems.md that policy can answer with.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        case denied
        case notFound = "not-found"
        case noLivingOwner = "no-living-owner"
        case notApproved = "not-approved"
        case suspended
    }

    package let code: Code
    /// One sentence that says what would have to be different.
    package let detail: String
    /// The field of the request at fault, if one is.
    package let field: String?

    package init(_ code: Code, _ detail: String, field: String? = nil) {
        self.code = code
        self.detail = detail
        self.field = field
    }
}
