internal import NIOCore
internal import TenureModel

/// The other end of a connection.
enum Peer {
    /// Its own address, IPv4 ones as such; `unknown` of a peer without one.
    static func source(of channel: any Channel) -> String {
        guard let text = channel.remoteAddress?.ipAddress, let address = try? IPAddressText(text) else {
            return "unknown"
        }
        return address.unmapped.text
    }
}
