internal import Glibc
internal import SecretMemory
internal import Synchronization

/// Secrets in variables. The first look wipes a variable where `/proc` shows it, and takes it out of what programs that
/// are started inherit.
enum SecretVariable {
    private static let taken = Mutex<[String: SecretBytes]>([:])

    /// What the variable held when the process was started; nil where it was not set.
    static func take(_ name: String) -> [UInt8]? {
        if let known = taken.withLock({ $0[name] }) {
            return known.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        }
        guard let value = unsafe getenv(name) else { return nil }
        let count = unsafe strlen(value)
        var text: [UInt8] = []
        text.reserveCapacity(count)
        for place in 0..<count { text.append(unsafe UInt8(bitPattern: value[place])) }
        // defence: T45
        unsafe explicit_bzero(value, count)
        unsafe unsetenv(name)
        var kept = text.map { $0 }
        let secret = SecretBytes(wiping: &kept)
        taken.withLock { $0[name] = secret }
        return text
    }
}
