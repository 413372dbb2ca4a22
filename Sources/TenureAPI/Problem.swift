/// A problem detail (RFC 9457), the body of every refusal under `/api/v1`: `application/problem+json`.
package struct Problem: Error, Codable, Hashable, Sendable {
    /// `urn:tenure:problem:CODE`.
    package var type: String
    package var title: String
    package var status: Int
    /// One sentence that is safe to show; never a secret, never a cause beneath.
    package var detail: String?
    /// The id of the operation or login, under which the operator finds more.
    package var instance: String?
    package var errors: [FieldError]?
    /// Of `unknown-outcome`: ask `GET /operations/{id}` with it.
    package var operation: String?

    /// What is wrong with one field.
    package struct FieldError: Codable, Hashable, Sendable {
        /// Keys and places joined by points, as `scope.0`.
        package var field: String
        package var detail: String

        package init(field: String, detail: String) {
            self.field = field
            self.detail = detail
        }
    }

    /// - Parameter status: where the code's own does not fit, as 413 for a body that is too large.
    package init(
        _ code: ProblemCode, detail: String? = nil, instance: String? = nil, errors: [FieldError]? = nil,
        status: Int? = nil, operation: String? = nil
    ) {
        type = code.urn
        title = code.title
        self.status = status ?? code.status
        self.detail = detail
        self.instance = instance
        self.errors = errors
        self.operation = operation
    }

    enum CodingKeys: String, CodingKey {
        case type, title, status, detail, instance, errors, operation
    }

    /// The code, or nil of a type that this program does not know.
    package var code: ProblemCode? { ProblemCode(urn: type) }

    /// The media type.
    package static let mediaType = "application/problem+json"
}
