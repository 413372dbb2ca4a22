@_spi(Recording) internal import AuditLog
internal import TenureModel

/// Receipts as storage would make them.
enum Receipts {
    static let token = AuditReceipt(
        key: Fixture.credential.text, rowHash: [UInt8](repeating: 1, count: 32), index: 4810)

    static func of(_ key: String, index: Int64) -> AuditReceipt {
        AuditReceipt(key: key, rowHash: [UInt8](repeating: 1, count: 32), index: index)
    }
}
