package import SecretMemory

/// Where the key lies that is to take the key-encryption key's place: looked up when it is asked for, so that it can be
/// named while the server runs.
package struct NextKeyEncryptionKey: Sendable {
    /// The key's 32 bytes; nil where none is named.
    let load: @Sendable () async throws(LifecycleError) -> SecretBytes?

    package init(_ load: @escaping @Sendable () async throws(LifecycleError) -> SecretBytes?) { self.load = load }

    /// None is ever named.
    package static let none = NextKeyEncryptionKey { () throws(LifecycleError) in nil }
}
