/// Where a node keeps the newest checkpoint that it signed outside the database, so that an older copy of the database
/// is noticed when it is started on (THREATS, T38).
package struct Witness: Sendable {
    /// The signed note that was written last; nil where there is none yet.
    package let read: @Sendable () async throws(StorageError) -> String?
    /// Keeps the note durably in place of the one before.
    package let write: @Sendable (String) async throws(StorageError) -> Void

    package init(
        read: @escaping @Sendable () async throws(StorageError) -> String?,
        write: @escaping @Sendable (String) async throws(StorageError) -> Void
    ) {
        self.read = read
        self.write = write
    }
}
