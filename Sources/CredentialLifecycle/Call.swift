package import TenureModel

/// What every recorded request brings beside its body.
package struct Call: Sendable {
    /// Made for this request; returned as `Operation-Id`.
    package var operation: OperationID
    /// SHA-256 of the body, so that a repeated `Idempotency-Key` with another body is seen.
    package var bodyHash: [UInt8]
    package var idempotencyKey: String?
    /// The peer's address.
    package var source: String
    /// Decide, but do nothing.
    package var isDryRun: Bool

    package init(
        operation: OperationID, bodyHash: [UInt8], idempotencyKey: String?, source: String, isDryRun: Bool
    ) {
        self.operation = operation
        self.bodyHash = bodyHash
        self.idempotencyKey = idempotencyKey
        self.source = source
        self.isDryRun = isDryRun
    }
}
