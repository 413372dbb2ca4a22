internal import Storage

// Several brokers on one database: each follows what the others record.
extension Broker {
    /// Brings snapshot and keys to a state of the database that is at least as new as this call. Whatever is answered
    /// without a record waits for it: that something is alive, that somebody is who they say, that there is no such
    /// thing. Where this is the only node nothing is read; but keys that it made by a COMMIT whose outcome was unknown
    /// are taken into use once it is known.
    package func catchUp() async throws(LifecycleError) {
        do throws(StorageError) {
            try await recorder.catchUp()
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        try followKeys()
    }

    /// The same without anybody waiting, and the checkpoints of others beside it. Call it whenever another node may
    /// have recorded something, and several times a second.
    package func follow() async throws(LifecycleError) {
        do throws(StorageError) {
            try await recorder.follow()
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        try followKeys()
    }

    private func followKeys() throws(LifecycleError) {
        do throws(KeyChestError) {
            try keys.follow(snapshot)
        } catch {
            throw .unavailable(.init("keys could not be loaded: \(error)"))
        }
    }
}
