package import TenureModel

/// Where the keys of a trust come from, as one value. Trusts that agree in all of it share a key set; one that names
/// another address, CA or set for the same issuer has keys of its own, so that nobody who may write a trust gives keys
/// to somebody else's.
package struct KeySourceIdentity: Hashable, Sendable {
    // Length-prefixed bytes: `String` would take two spellings of an address for one.
    private let bytes: [UInt8]

    /// The source that a trust names.
    package init(_ trust: OIDCTrust) {
        var bytes: [UInt8] = []
        func add(_ text: String) {
            let utf8 = Array(text.utf8)
            for shift in stride(from: 24, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: utf8.count >> shift))
            }
            bytes += utf8
        }
        add(trust.issuer)
        switch trust.keys {
        case .discovery: add("discovery")
        case .url(let url):
            add("url")
            add(url)
        case .fixed(let text):
            add("fixed")
            add(text)
        }
        add(trust.caPEM.map { "ca" + $0 } ?? "")
        for network in trust.networks { add(network) }
        self.bytes = bytes
    }
}
