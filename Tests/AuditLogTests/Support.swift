internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel

/// The bytes of a literal in hex. Traps on anything else: it reads literals of tests.
func hex(_ text: String) -> [UInt8] {
    guard let bytes = Hex.decode(text) else { preconditionFailure("not hex: \(text)") }
    return bytes
}

/// A tree kept whole in memory, which serves its tiles.
struct MemoryTree {
    private(set) var leaves: [[UInt8]] = []
    private(set) var frontier = Frontier()

    init(_ leafHashes: [[UInt8]]) {
        for leaf in leafHashes { append(leaf) }
    }

    /// A tree over `count` leaves that are their own numbers.
    init(count: Int) { self.init((0..<count).map { MerkleTree.leafHash(Array(String($0).utf8)) }) }

    mutating func append(_ leafHash: [UInt8]) {
        leaves.append(leafHash)
        frontier.append(leafHash: leafHash)
    }

    /// The root of the first `size` leaves by the recursive definition of RFC 6962, section 2.1, word for word.
    func root(_ size: Int) -> [UInt8] { Self.root(leaves[..<size]) }

    private static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = leaves.first else { return SHA256.hash([UInt8]()) }
        guard leaves.count > 1 else { return first }
        var middle = 1
        while middle * 2 < leaves.count { middle *= 2 }
        let left = root(leaves.prefix(middle))
        let right = root(leaves.dropFirst(middle))
        return SHA256.hash([0x01] + left + right)
    }

    func tile(_ coordinate: TileCoordinate) -> [UInt8] {
        let first = Int(coordinate.index) * 256
        return (first..<(first + coordinate.width)).flatMap { place in
            let span = 1 << (8 * coordinate.level)
            return Self.root(leaves[(place * span)..<((place + 1) * span)])
        }
    }
}

/// The eight leaves and the roots of trees of one to eight of them, from the reference tests of Certificate
/// Transparency (certificate-transparency-go, merkletree; transparency-dev/merkle, testonly/constants.go).
enum ReferenceTree {
    static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map(hex)

    static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ].map(hex)

    static let tree = MemoryTree(leaves.map { MerkleTree.leafHash($0) })
}
