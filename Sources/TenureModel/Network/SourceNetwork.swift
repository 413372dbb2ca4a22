/// From where a request came, as far as one party can be told from another: an IPv4 address, a /64 of IPv6, or whatever
/// a peer without an address is called.
package struct SourceNetwork: Hashable, Sendable {
    private let bytes: [UInt8]

    /// - Parameter source: a numeric address, or a word for none.
    package init(_ source: String) {
        do throws(NetworkTextError) {
            let address = try IPAddressText(source).unmapped
            bytes = address.family == .v4 ? address.bytes : Array(address.bytes.prefix(8))
        } catch {
            bytes = Array(source.utf8)
        }
    }
}
