/// Proof that one audited row and the entry that names it are durable: what P2 asks for before a byte is released.
///
/// Only the database makes it, after the commit (DESIGN, section 3), hence the SPI; whoever wants to reveal what was
/// recorded must show it.
public struct AuditReceipt: Hashable, Sendable {
    /// The row's key as it stands in the entry, such as `crd_…`.
    package let key: String
    /// The hash of the row as the entry names it: 32 bytes.
    package let rowHash: [UInt8]
    /// The index of the entry.
    package let index: Int64

    /// Says that the row is durable. For `Storage` alone, after its COMMIT has succeeded.
    @_spi(Recording)
    public init(key: String, rowHash: [UInt8], index: Int64) {
        self.key = key
        self.rowHash = rowHash
        self.index = index
    }
}
